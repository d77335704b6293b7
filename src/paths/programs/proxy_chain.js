// npm's proxy-chain as an HTTP proxy that asks for no login. Argument: its port.
const { Server } = require('../npm/node_modules/proxy-chain');

new Server({ host: '127.0.0.1', port: Number(process.argv[2]) }).listen();
