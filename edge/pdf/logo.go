package pdf

import (
	"bytes"
	"container/list"
	"crypto/sha256"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // registers the decoder
	"sync"

	"golang.org/x/image/draw"
)

// ErrLogo is returned by CheckLogo for a file that cannot be printed.
var ErrLogo = errors.New("pdf: logo is not a PNG or JPEG image of at most 40 megapixels")

const (
	maxPixels     = 40_000_000
	maxLogoWidth  = 840 // pixels that are kept: 300 to the inch of the place that a logo gets
	maxLogoHeight = 280
	keptLogos     = 16
	photoSize     = 12_000 // deflated; a drawn logo is smaller
)

// picture is an image ready to be written: compressed samples, and its transparency.
type picture struct {
	w, h  int
	rgb   []byte // deflated, or a JPEG file
	jpeg  bool
	alpha []byte // deflated; nil when opaque
}

// CheckLogo tells whether a file can be printed as a logo.
func CheckLogo(file []byte) error {
	_, err := decodeLogo(file)
	return err
}

func decodeLogo(file []byte) (image.Image, error) {
	head, _, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil || head.Width <= 0 || head.Height <= 0 || head.Width > maxPixels/head.Height {
		return nil, ErrLogo
	}
	img, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, ErrLogo
	}
	return img, nil
}

func newPicture(file []byte) (*picture, error) {
	img, err := decodeLogo(file)
	if err != nil {
		return nil, err
	}
	img = reduce(img)
	b := img.Bounds()
	p := &picture{w: b.Dx(), h: b.Dy()}
	rgb, alpha, opaque := make([]byte, 0, 3*p.w*p.h), make([]byte, 0, p.w*p.h), true
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			if c.A == 0 {
				c.R, c.G, c.B = 255, 255, 255
			}
			rgb, alpha, opaque = append(rgb, c.R, c.G, c.B), append(alpha, c.A), opaque && c.A == 255
		}
	}
	p.rgb = deflateBest(rgb)
	if !opaque {
		p.alpha = deflateBest(alpha)
	} else if len(p.rgb) > photoSize {
		p.asJPEG(img)
	}
	return p, nil
}

// asJPEG stores a photograph as one, when that is much smaller.
func (p *picture) asJPEG(img image.Image) {
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, rgbOf(img), &jpeg.Options{Quality: 88}); err == nil && buf.Len() < len(p.rgb)/2 {
		p.rgb, p.jpeg = buf.Bytes(), true
	}
}

// rgbOf makes sure that the JPEG has three channels, as the document says.
func rgbOf(img image.Image) image.Image {
	out := image.NewNRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	draw.Draw(out, out.Bounds(), img, img.Bounds().Min, draw.Src)
	return out
}

// reduce scales an image down to what print can show.
func reduce(img image.Image) image.Image {
	b := img.Bounds()
	scale := min(1, float64(maxLogoWidth)/float64(b.Dx()), float64(maxLogoHeight)/float64(b.Dy()))
	if scale == 1 {
		return img
	}
	out := image.NewNRGBA(image.Rect(0, 0, max(1, int(float64(b.Dx())*scale)), max(1, int(float64(b.Dy())*scale))))
	draw.CatmullRom.Scale(out, out.Bounds(), img, b, draw.Src, nil)
	return out
}

// logos keeps the last few logos ready, by the hash of their file: decoding one takes
// longer than printing the document.
type logos struct {
	mu    sync.Mutex
	byKey map[[32]byte]*list.Element
	order list.List // of keptLogo, newest first
}

type keptLogo struct {
	key     [32]byte
	picture *picture // nil for a file that cannot be read
}

// get gives the picture, or nil for a file that is none: a document must come out even
// when the logo is broken.
func (l *logos) get(file []byte) *picture {
	if len(file) == 0 {
		return nil
	}
	key := sha256.Sum256(file)
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.byKey[key]; ok {
		l.order.MoveToFront(e)
		return e.Value.(keptLogo).picture
	}
	p, err := newPicture(file)
	if err != nil {
		p = nil
	}
	if l.byKey == nil {
		l.byKey = map[[32]byte]*list.Element{}
	}
	l.byKey[key] = l.order.PushFront(keptLogo{key, p})
	if l.order.Len() > keptLogos {
		delete(l.byKey, l.order.Remove(l.order.Back()).(keptLogo).key)
	}
	return p
}
