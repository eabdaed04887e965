export HOME="$PWD" npm_config_offline=true npm_config_update_notifier=false
cd package
npm pack --silent --cache ../cache
