package evidence_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"

	"comptoir/core/fault"
	"comptoir/rules/evidence"
)

// drawn is a picture of these pixels with a line in it.
func drawn(t *testing.T, w, h int, line bool) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, w, h))
	for x := range w / 2 {
		if line {
			img.SetGray(x, h/2, color.Gray{Y: 200})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A picture that came from outside is read whole, bounded before it is unpacked, and kept as its
// pixels alone.
func TestPicturesAreWrittenAnew(t *testing.T) {
	good := drawn(t, 300, 120, true)
	hidden := append(bytes.Clone(good), "<script>alert(1)</script>"...)
	for _, in := range [][]byte{good, hidden} {
		d, err := evidence.CleanDrawing(evidence.Drawing{PNG: in, Width: 9, Height: 9})
		if err != nil || bytes.Contains(d.PNG, []byte("script")) || d.Width != 0 || evidence.CheckDrawing(d) != nil {
			t.Fatalf("%d bytes, %v", len(d.PNG), err)
		}
		if img, err := png.Decode(bytes.NewReader(d.PNG)); err != nil || img.Bounds().Dx() != 300 {
			t.Error(err)
		}
	}
	if d, err := evidence.CleanDrawing(evidence.Drawing{PNG: drawn(t, 300, 120, false)}); err != nil || len(d.PNG) > 0 {
		t.Errorf("an empty pad: %d bytes, %v", len(d.PNG), err)
	}
	path := evidence.Drawing{Path: "M1 1L50 40", Width: 100, Height: 50}
	if d, err := evidence.CleanDrawing(path); err != nil || d.Path != path.Path {
		t.Errorf("%+v %v", d, err)
	}
	for name, in := range map[string][]byte{
		"a page behind the mark of a picture": []byte("\x89PNG\r\n\x1a\n<script>alert(1)</script>"), "cut short": good[:len(good)-30],
		"more pixels than any pad has": drawn(t, evidence.MaxPictureWidth+1, 3, true), "a bomb": drawn(t, 12000, 9000, true),
	} {
		if d, err := evidence.CleanDrawing(evidence.Drawing{PNG: in}); !fault.Is(err, fault.Invalid) || len(d.PNG) > 0 {
			t.Errorf("%s is taken: %v", name, err)
		}
	}
}
