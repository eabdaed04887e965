export const classNames = ["file"];
export function membersOfClass(_: string): readonly string[] | null {
  return null;
}
