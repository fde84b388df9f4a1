import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';
import react from '@vitejs/plugin-react';
import { compileMessage } from '@lingui/message-utils/compileMessage';

const textsDir = resolve(import.meta.dirname, '../core/locale/texts');
// The areas the window shows; the portal's, the mails' and the PDF's texts stay out of its bundle.
const areas = /^(common|window|fault|books|date)(\.[\w-]+)*$/;

// virtual:texts/fr — every catalogue of one language, ICU compiled at build.
function texts(): Plugin {
  const files = (lang: string) => readdirSync(textsDir)
    .filter((f) => f.endsWith(`.${lang}.json`) && areas.test(f.slice(0, -`.${lang}.json`.length)))
    .map((f) => resolve(textsDir, f));
  return {
    name: 'texts',
    resolveId: (id) => (id.startsWith('virtual:texts/') ? '\0' + id : undefined),
    load(id) {
      if (!id.startsWith('\0virtual:texts/')) return;
      const all: Record<string, unknown> = {};
      for (const file of files(id.split('/').pop()!)) {
        this.addWatchFile(file);
        for (const [key, message] of Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>)) {
          all[key] = compileMessage(message);
        }
      }
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(all))})`;
    },
  };
}

// Every text of dist that is worth it becomes name.gz, and only that: the program carries it so and inflates it when it is
// asked for (app/inflate.go); index.html stays as it is. The same input gives the same bytes.
function compressed(): Plugin {
  const dist = resolve(import.meta.dirname, 'dist');
  return {
    name: 'compressed',
    apply: 'build',
    closeBundle() {
      for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || entry.name === 'index.html' || !/\.(js|mjs|css|json|svg|txt)$/.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        const plain = readFileSync(path);
        const packed = gzipSync(plain, { level: 9, memLevel: 9 });
        if (packed.length > plain.length * 0.9) continue;
        writeFileSync(`${path}.gz`, packed);
        rmSync(path);
      }
    },
  };
}

export default defineConfig(({ mode }) => ({
  plugins: [react(), texts(), mode === 'production' ? compressed() : undefined],
  resolve: { alias: { '~': resolve(import.meta.dirname, 'src') } },
  define: { __GALLERY__: JSON.stringify(mode !== 'production') },
  build: {
    target: ['es2022', 'safari16'],
    emptyOutDir: true,
    chunkSizeWarningLimit: 1500,
    assetsInlineLimit: 2048,
  },
  server: { port: 5173, proxy: devProxy() },
}));

// make dev: the pages from Vite, the rest from a running `comptoir serve` (COMPTOIR_URL).
function devProxy() {
  const target = process.env.COMPTOIR_URL;
  if (!target) return undefined;
  return Object.fromEntries(['/rpc', '/events', '/files'].map((p) => [p, { target, changeOrigin: true }]));
}
