import asyncio, csv, ctypes, decimal, email, http.client, json, logging.config, multiprocessing
import pathlib, sqlite3, ssl, subprocess, tempfile, threading, unittest, xml.dom.minidom, zipfile

with tempfile.TemporaryDirectory(dir=".") as directory:

    def work(i):
        for n in range(20):
            try:
                open(f"{directory}/thread{i}-{n}").close()
            except FileNotFoundError:
                pass

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    with zipfile.ZipFile(f"{directory}/z.zip", "w") as archive:
        archive.writestr("a", "b")
subprocess.run(["cat", "/etc/hostname"], stdout=subprocess.DEVNULL)
with multiprocessing.Pool(2) as pool:
    pool.map(abs, range(10))
