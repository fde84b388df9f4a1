package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"strconv"
)

// drawLogo draws the firm's mark: a leafed twig in a rounded square, in the accent colour.
func drawLogo(accent string) ([]byte, error) {
	const size = 256
	n, err := strconv.ParseUint(accent[1:], 16, 32)
	if err != nil {
		return nil, err
	}
	ground := color.NRGBA{R: uint8(n >> 16), G: uint8(n >> 8 & 0xff), B: uint8(n & 0xff), A: 255} // #nosec G115 -- three bytes of a colour
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			img.SetNRGBA(x, y, mark((float64(x)+0.5)/size, (float64(y)+0.5)/size, ground))
		}
	}
	var b bytes.Buffer
	err = png.Encode(&b, img)
	return b.Bytes(), err
}

// mark gives the colour at a point of the unit square.
func mark(x, y float64, ground color.NRGBA) color.NRGBA {
	const edge = 1.0 / 256
	inside := cover(roundedSquare(x-0.5, y-0.5, 0.48, 0.12), edge)
	twig := stroke(x, y, 0.32, 0.82, 0.66, 0.2, 0.022)
	for _, l := range [][4]float64{{0.41, 0.62, 0.24, 0.5}, {0.47, 0.54, 0.7, 0.56}, {0.54, 0.42, 0.36, 0.28}, {0.6, 0.33, 0.8, 0.33}} {
		twig = math.Min(twig, leaf(x, y, l))
	}
	light := cover(twig, edge)
	mix := func(a uint8) uint8 { return uint8(float64(a) + (255-float64(a))*light) }
	return color.NRGBA{R: mix(ground.R), G: mix(ground.G), B: mix(ground.B), A: uint8(255 * inside)}
}

func cover(distance, edge float64) float64 {
	return math.Max(0, math.Min(1, 0.5-distance/edge))
}

func roundedSquare(x, y, half, radius float64) float64 {
	dx, dy := math.Abs(x)-half+radius, math.Abs(y)-half+radius
	return math.Hypot(math.Max(dx, 0), math.Max(dy, 0)) + math.Min(math.Max(dx, dy), 0) - radius
}

func stroke(x, y, x1, y1, x2, y2, width float64) float64 {
	t := ((x-x1)*(x2-x1) + (y-y1)*(y2-y1)) / ((x2-x1)*(x2-x1) + (y2-y1)*(y2-y1))
	t = math.Max(0, math.Min(1, t))
	return math.Hypot(x-x1-t*(x2-x1), y-y1-t*(y2-y1)) - width
}

// leaf is where two circles meet, from its stalk to its tip.
func leaf(x, y float64, l [4]float64) float64 {
	dx, dy := l[2]-l[0], l[3]-l[1]
	length := math.Hypot(dx, dy)
	cx, cy := (l[0]+l[2])/2, (l[1]+l[3])/2
	px, py := -dy/length, dx/length
	const bend = 0.55
	radius := length / 2 * math.Sqrt(1+bend*bend)
	a := math.Hypot(x-cx-px*length/2*bend, y-cy-py*length/2*bend) - radius
	b := math.Hypot(x-cx+px*length/2*bend, y-cy+py*length/2*bend) - radius
	return math.Max(a, b)
}
