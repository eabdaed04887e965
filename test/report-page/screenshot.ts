/** Makes a picture of a page of trace report: bun screenshot.ts FILE.html FILE.png [KEY…] */
import { resolve } from "node:path";
import { openBrowser } from "./support.ts";

const [file, output, ...keys] = process.argv.slice(2);
const browser = await openBrowser();
const page = await browser.newPage({
  viewport: { width: 1280, height: 600 },
  colorScheme: process.env.DARK ? "dark" : "light",
});
page.on("console", (message) => console.log(message.text()));
page.on("pageerror", (error) => console.log(error.stack));
await page.goto(`file://${resolve(file)}`);
await page.waitForSelector("main");
for (const key of keys) {
  if (key.startsWith("click ")) await page.click(key.slice(6));
  else if (key.startsWith("type ")) await page.keyboard.type(key.slice(5));
  else if (key === "print") await page.emulateMedia({ media: "print" });
  else await page.keyboard.press(key);
  await page.waitForTimeout(100);
}
await page.mouse.move(0, 0);
await page.screenshot({ path: output });
await browser.close();
