/** Files that are embedded into the executable: the import gives the path that they are read from. */
declare module "*.so" {
  const path: string;
  export default path;
}
declare module "*.o" {
  const path: string;
  export default path;
}
declare module "*.template" {
  const path: string;
  export default path;
}
