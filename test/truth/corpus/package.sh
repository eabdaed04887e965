# Makes a package for npm.
mkdir package
echo '{"name":"p","version":"1.0.0","files":["*.js"]}' >package/package.json
echo 1 >package/a.js
