// npm's proxy-chain as an HTTP proxy that asks for no login. Argument: its port.
import { Server } from '../npm/node_modules/proxy-chain/dist/index.js';

new Server({ host: '127.0.0.1', port: Number(process.argv[2]) }).listen();
