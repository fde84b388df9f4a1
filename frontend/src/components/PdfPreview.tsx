import { ActionIcon, Tooltip } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { PDFDocumentProxy, RenderTask } from 'pdfjs-dist';
import { ApiError, asApiError } from '~/api/error';
import { fetchFile } from '~/api/files';
import { saveFile } from './toast';
import { useT } from '~/i18n';
import { Icon, type IconName } from './Icon';
import { Skeleton, useLate } from './layout';
import css from './PdfPreview.module.css';

// Loaded with the first preview. The legacy build: WebKitGTK lacks some of what the modern one takes for granted.
const engine = async () => {
  const [pdfjs, worker] = await Promise.all([
    import('pdfjs-dist/legacy/build/pdf.min.mjs'),
    import('pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'),
  ]);
  pdfjs.GlobalWorkerOptions.workerSrc = worker.default;
  return pdfjs;
};

async function fetchPdf(src: string, signal: AbortSignal): Promise<ArrayBuffer> {
  const r = await fetchFile(src, signal);
  if ((r.headers.get('Content-Type') ?? '').includes('pdf')) return r.arrayBuffer();
  throw new ApiError({ code: 'unavailable', message: '' });
}

/** The same file as the real PDF, drawn on a canvas: pages, zoom, save. */
export function PdfPreview({ src, title, empty, saveHref, onOpen }: { src: string | null; title: string; empty?: string; saveHref?: string; onOpen?: () => void }) {
  const t = useT();
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [doc, setDoc] = useState<PDFDocumentProxy | null>(null);
  const [page, setPage] = useState(1);
  const [zoom, setZoom] = useState(1);
  const [width, setWidth] = useState(0);
  const [error, setError] = useState<string | null>(null);
  const waiting = useLate(!!src && !doc && !error);

  useEffect(() => {
    const el = host.current;
    if (!el) return;
    const watch = new ResizeObserver(() => setWidth(el.clientWidth));
    watch.observe(el);
    setWidth(el.clientWidth);
    return () => watch.disconnect();
  }, []);

  useEffect(() => {
    if (!src) { setDoc(null); return; }
    const stop = new AbortController();
    void (async () => {
      try {
        const [pdfjs, data] = await Promise.all([engine(), fetchPdf(src, stop.signal)]);
        const fresh = await pdfjs.getDocument({ data: new Uint8Array(data), useWasm: false, enableXfa: false }).promise;
        if (stop.signal.aborted) { void fresh.loadingTask.destroy(); return; }
        setError(null);
        setDoc((before) => { if (before) setTimeout(() => void before.loadingTask.destroy(), 500); return fresh; });
        setPage((p) => Math.min(p, fresh.numPages));
      } catch (e) {
        if (!stop.signal.aborted) setError(asApiError(e).message || t('window.pdf.failed'));
      }
    })();
    return () => stop.abort();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the text of an error is not a reason to load again
  }, [src]);

  useEffect(() => {
    const target = canvas.current;
    if (!doc || !target || width < 40) return;
    let task: RenderTask | undefined;
    let gone = false;
    void (async () => {
      const p = await doc.getPage(page);
      if (gone) return;
      const natural = p.getViewport({ scale: 1 });
      const scale = ((width - 34) / natural.width) * zoom;
      const ratio = Math.min(window.devicePixelRatio || 1, 2);
      const view = p.getViewport({ scale: scale * ratio });
      // Drawn apart and copied when done: the page never blinks while one types.
      const sheet = document.createElement('canvas');
      sheet.width = Math.floor(view.width);
      sheet.height = Math.floor(view.height);
      task = p.render({ canvas: sheet, viewport: view });
      try { await task.promise; } catch { return; }
      if (gone) return;
      target.width = sheet.width;
      target.height = sheet.height;
      target.style.width = `${sheet.width / ratio}px`;
      target.style.height = `${sheet.height / ratio}px`;
      target.getContext('2d')?.drawImage(sheet, 0, 0);
    })();
    return () => { gone = true; task?.cancel(); };
  }, [doc, page, zoom, width]);

  const pages = doc?.numPages ?? 0;
  const tool = (icon: IconName, label: string, act: () => void, disabled = false) =>
    <Tooltip label={label}><ActionIcon aria-label={label} disabled={disabled} onClick={act}><Icon name={icon} size={16} /></ActionIcon></Tooltip>;
  return (
    <section className={css.viewer} aria-label={title}>
      <div className={css.bar}>
        {tool('left', t('window.pdf.previous'), () => setPage((p) => p - 1), page <= 1)}
        <span aria-live="polite" className="nowrap">{pages ? t('window.pdf.page', { page, pages }) : ''}</span>
        {tool('right', t('window.pdf.next'), () => setPage((p) => p + 1), page >= pages)}
        <span className={css.spring} />
        {tool('zoomOut', t('window.pdf.smaller'), () => setZoom((z) => Math.max(0.5, z - 0.25)), !doc || zoom <= 0.5)}
        {tool('zoomIn', t('window.pdf.larger'), () => setZoom((z) => Math.min(3, z + 0.25)), !doc || zoom >= 3)}
        {onOpen && tool('external', t('window.pdf.open'), onOpen)}
        {saveHref && tool('download', t('window.pdf.save'), () => void saveFile(saveHref))}
      </div>
      <div className={css.pages} ref={host} tabIndex={0} role="group" aria-label={title}>
        {error ? <p className={css.message} role="status">{error}</p>
          : !src ? <p className={css.message}>{empty ?? t('window.pdf.empty')}</p>
          : !doc ? waiting && <div className={css.wait} role="status" aria-label={t('window.loading')}><Skeleton width="40%" /><Skeleton width="70%" /><Skeleton /><Skeleton width="60%" /></div>
          : null}
        <canvas ref={canvas} role="img" aria-label={pages ? t('window.pdf.page', { page, pages }) : title} style={{ display: doc && src && !error ? 'block' : 'none' }} />
      </div>
    </section>
  );
}
