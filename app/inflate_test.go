package app_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"comptoir/app"
)

func gzipped(t *testing.T, plain string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(plain)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The pages are served as they were before the build compressed them, in parts too.
func TestPagesAreInflated(t *testing.T) {
	script := strings.Repeat("export const answer = 42;\n", 400)
	files := app.Inflated(fstest.MapFS{
		"index.html":          {Data: []byte("<!doctype html>")},
		"assets/a-1.js.gz":    {Data: gzipped(t, script)},
		"assets/b-2.css":      {Data: []byte("plain")},
		"assets/b-2.css.gz":   {Data: gzipped(t, "stale")},
		"assets/broken.js.gz": {Data: []byte("no gzip")},
		"assets/cut.js.gz":    {Data: gzipped(t, script)[:40]},
	})
	for name, want := range map[string]string{"index.html": "<!doctype html>", "assets/a-1.js": script, "assets/b-2.css": "plain"} {
		if got, err := fs.ReadFile(files, name); err != nil || string(got) != want {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
		if st, err := fs.Stat(files, name); err != nil || st.Size() != int64(len(want)) || st.IsDir() || !strings.HasSuffix(name, st.Name()) {
			t.Errorf("%s: %v %v", name, st, err)
		}
	}
	for _, name := range []string{"assets/missing.js", "assets/a-1.j"} {
		if _, err := files.Open(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"assets/broken.js", "assets/cut.js", "../index.html"} {
		if _, err := files.Open(name); err == nil || errors.Is(err, fs.ErrNotExist) && !strings.HasPrefix(name, "..") {
			t.Errorf("%s: %v", name, err)
		}
	}
	server := http.FileServerFS(files)
	for ranged, want := range map[string]string{"": script, "bytes=7-11": script[7:12]} {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/assets/a-1.js", http.NoBody)
		if ranged != "" {
			r.Header.Set("Range", ranged)
		}
		server.ServeHTTP(w, r)
		if w.Body.String() != want || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/javascript") {
			t.Errorf("%q: %d %v, %d bytes", ranged, w.Code, w.Header(), w.Body.Len())
		}
	}
}
