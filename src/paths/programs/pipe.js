// The forwarder that many Node.js programs have: two sockets, piped into each other. Arguments: its port, the target's port.
const net = require('node:net');

const [port, target] = process.argv.slice(2).map(Number);
net.createServer((client) => {
  const server = net.connect(target, '127.0.0.1');
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
  client.pipe(server).pipe(client);
}).listen(port, '127.0.0.1');
