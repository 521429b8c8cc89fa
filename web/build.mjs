// Bundles assets/ into static/dist: names with a hash, so that they may be cached for ever, and manifest.json to find them by.
import { rmSync, writeFileSync } from 'node:fs';
import { basename, relative, resolve } from 'node:path';
import { build } from 'esbuild';

const folder = resolve(import.meta.dirname, 'static/dist');

// Pictures inside style sheets become files, so that the content security policy need not allow data: addresses.
const pictures = {
  name: 'pictures',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^data:image\/svg\+xml/ }, ({ path }) => ({ path: `${path}.svg`, namespace: 'picture', pluginData: path }));
    onLoad({ filter: /.*/, namespace: 'picture' }, ({ pluginData }) => {
      const [head, ...rest] = pluginData.split(',');
      const text = rest.join(',');
      return { contents: head.endsWith('base64') ? Buffer.from(text, 'base64') : decodeURIComponent(text), loader: 'file' };
    });
  },
};

rmSync(folder, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: ['assets/app.js', 'assets/app.css', 'assets/viewer.js', 'assets/viewer.css'],
  outdir: folder,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  metafile: true,
  legalComments: 'linked',
  entryNames: '[name]-[hash]',
  assetNames: 'pictures/[hash]',
  loader: { '.svg': 'file' },
  plugins: [pictures],
});

const entries = Object.entries(metafile.outputs).filter(([, output]) => output.entryPoint);
const names = entries.map(([file, { entryPoint }]) => [basename(entryPoint), relative(folder, resolve(import.meta.dirname, file))]);
writeFileSync(resolve(folder, 'manifest.json'), `${JSON.stringify(Object.fromEntries(names.sort()), null, 2)}\n`);
