package evidence

import (
	"bytes"
	"image"
	"image/png"
)

// The greatest picture of a drawn signature, in pixels: a pad as wide as a screen, twice as fine.
const (
	MaxPictureWidth  = 2000
	MaxPictureHeight = 1000
)

// CleanDrawing judges a drawing as it came from a stranger's browser and gives it as it is kept. A
// picture is written anew from its pixels, so that nothing else of the file goes into the evidence;
// one of a single colour is no drawing and gives the empty one. What cannot be read, a picture
// greater than MaxPictureWidth × MaxPictureHeight pixels, and all that CheckDrawing refuses are
// fault.seal.drawing.
func CleanDrawing(d Drawing) (Drawing, error) {
	if err := CheckDrawing(d); err != nil || len(d.PNG) == 0 {
		return d, err
	}
	c, err := png.DecodeConfig(bytes.NewReader(d.PNG)) // before the whole: a small file may claim to be huge
	if err != nil || c.Width < 1 || c.Height < 1 || c.Width > MaxPictureWidth || c.Height > MaxPictureHeight {
		return Drawing{}, errDrawing
	}
	img, err := png.Decode(bytes.NewReader(d.PNG))
	if err != nil {
		return Drawing{}, errDrawing
	}
	if oneColour(img) {
		return Drawing{}, nil
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil || out.Len() > MaxPNG {
		return Drawing{}, errDrawing
	}
	return Drawing{PNG: out.Bytes()}, nil
}

func oneColour(img image.Image) bool {
	b := img.Bounds()
	r0, g0, b0, a0 := img.At(b.Min.X, b.Min.Y).RGBA()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if r, g, bl, a := img.At(x, y).RGBA(); r != r0 || g != g0 || bl != b0 || a != a0 {
				return false
			}
		}
	}
	return true
}
