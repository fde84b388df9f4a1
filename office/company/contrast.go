package company

import (
	"math"
	"strconv"
)

// contrastOnWhite is the WCAG 2 contrast ratio of a #RRGGBB colour with white, 1 to 21:
// white text stands on the accent, and the accent stands on white paper.
func contrastOnWhite(colour string) float64 {
	return 1.05 / (luminance(colour) + 0.05)
}

func luminance(colour string) float64 {
	channel := func(from int) float64 {
		n, err := strconv.ParseUint(colour[from:from+2], 16, 8)
		if err != nil {
			return 1
		}
		v := float64(n) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(1) + 0.7152*channel(3) + 0.0722*channel(5)
}
