// onnxruntime-node on a tensor that lies ready: reads a duration in ms from each line of its input, runs for so long, and says how many runs it made.
const { createRequire } = require('node:module');
const readline = require('node:readline');
const ort = createRequire(process.cwd() + '/')('onnxruntime-node');
const [model, input, element, ...dims] = process.argv.slice(2);

(async () => {
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', executionProviders: ['cpu'] });
  const shape = dims.map(Number);
  const length = shape.reduce((a, b) => a * b, 1);
  const data = element === 'uint8' ? new Uint8Array(length).fill(114) : new Float32Array(length).fill(0.5);
  const feeds = { [input]: new ort.Tensor(element, data, shape) };
  for (let i = 0; i < 10; i++) await session.run(feeds);
  console.log('ready');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const from = process.hrtime.bigint(), until = from + BigInt(line) * 1000000n;
    let runs = 0;
    for (; process.hrtime.bigint() < until; runs++) await session.run(feeds);
    console.log(runs / (Number(process.hrtime.bigint() - from) / 1e9));
  }
})().catch((e) => { console.error(e.message); process.exit(1); });
