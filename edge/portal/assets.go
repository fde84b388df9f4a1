package portal

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
)

//go:embed static
var embedded embed.FS

// asset is a static file with its gzipped twin, both made once at start.
type asset struct {
	media   string
	version string
	body    []byte
	gzipped []byte // nil where it does not pay
}

type assets struct {
	files map[string]asset
	style string // addresses with their version, as pages name them
	code  string
	icon  string
}

// loadAssets reads the embedded files. portal.css is the tokens, the fonts and the
// portal's own rules in one file: one request on a slow phone.
func loadAssets() *assets {
	read := func(name string) []byte {
		b, err := embedded.ReadFile("static/" + name)
		if err != nil {
			panic("portal: " + err.Error()) // embedded: it is there or the program did not compile
		}
		return b
	}
	a := &assets{files: map[string]asset{}}
	a.add("inter-latin.woff2", "font/woff2", read("inter-latin.woff2"))
	a.add("inter-latin-ext.woff2", "font/woff2", read("inter-latin-ext.woff2"))
	a.add("inter-LICENSE.txt", "text/plain; charset=utf-8", read("inter-LICENSE.txt"))
	css := bytes.Join([][]byte{read("tokens.css"), read("portal.css"), read("quote.css"), read("contract.css"), read("subscribe.css"), read("register.css"), read("chat.css"), read("notices.css")}, []byte("\n"))
	for _, font := range []string{"inter-latin.woff2", "inter-latin-ext.woff2"} {
		css = bytes.ReplaceAll(css, []byte(`url("`+font+`")`), []byte(`url("/static/`+font+`?v=`+a.files[font].version+`")`))
	}
	a.style = a.add("portal.css", "text/css; charset=utf-8", css)
	a.code = a.add("portal.js", "text/javascript; charset=utf-8", bytes.Join([][]byte{read("portal.js"), read("quote.js"), read("pad.js"), read("register.js"), read("chat.js")}, []byte("\n")))
	a.icon = a.add("favicon.svg", "image/svg+xml", read("favicon.svg"))
	return a
}

func version(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:6])
}

// add keeps a file and gives its address.
func (a *assets) add(name, media string, body []byte) string {
	f := asset{media: media, version: version(body), body: body}
	if !strings.HasPrefix(media, "font/") {
		var b bytes.Buffer
		z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
		if err != nil {
			panic(err)
		}
		_, _ = z.Write(body) // a bytes.Buffer takes everything
		_ = z.Close()
		f.gzipped = b.Bytes()
	}
	a.files[name] = f
	return "/static/" + name + "?v=" + f.version
}

func (p *Portal) static(v *visit) error {
	name := v.r.PathValue("name")
	if name == "theme.css" {
		id := v.identity()
		v.handAsset(asset{media: "text/css; charset=utf-8", version: id.theme, body: []byte(themeCSS(id.Accent))})
		return nil
	}
	f, ok := p.assets.files[name]
	if !ok {
		return errNoPage
	}
	v.handAsset(f)
	return nil
}

func (p *Portal) favicon(v *visit) error {
	v.handAsset(p.assets.files["favicon.svg"])
	return nil
}

func (p *Portal) robots(v *visit) error {
	v.handAsset(asset{media: "text/plain; charset=utf-8", version: "1", body: []byte("User-agent: *\nDisallow: /\n")})
	return nil
}

// logo gives the firm's own picture; its address carries the hash, so it may be kept.
func (p *Portal) logo(v *visit) error {
	media, image, err := p.Company.Logo(v.r.Context())
	if err != nil {
		return err
	}
	if len(image) == 0 || !strings.HasPrefix(media, "image/") {
		return errNoPage
	}
	v.handAsset(asset{media: media, version: version(image), body: image})
	return nil
}

// handAsset answers with a file that may be kept: for good under its version, else asked
// about again each time.
func (v *visit) handAsset(f asset) {
	h := v.w.Header()
	etag := `"` + f.version + `"`
	body := f.body
	h.Set("Vary", "Accept-Encoding")
	if f.gzipped != nil && strings.Contains(v.r.Header.Get("Accept-Encoding"), "gzip") {
		body, etag = f.gzipped, `"`+f.version+`-gz"`
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", etag)
	h.Set("Content-Type", f.media)
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	h.Set("Cache-Control", "public, max-age=300")
	if v.r.URL.Query().Get("v") == f.version {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if strings.Contains(v.r.Header.Get("If-None-Match"), etag) {
		h.Del("Content-Encoding")
		v.write(http.StatusNotModified, nil)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	v.write(http.StatusOK, body)
}
