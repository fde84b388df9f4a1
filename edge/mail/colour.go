package mail

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
)

// The papers that a mail is shown on (frontend/src/theme/tokens.json: sheet, ink).
const (
	sheetLight = "#ffffff"
	sheetDark  = "#1a1e1c"
	inkLight   = "#191c1b"
	usual      = "#0f5c5a" // the accent of a firm that chose none
	readable   = 4.5       // WCAG 2.2, 1.4.3
)

// accents are the firm's colour made readable where it is used.
type accents struct {
	Button, ButtonInk string // button and what is written on it, light
	ButtonDark        string // the button on dark paper, same ink
	Text, TextDark    string // links
}

var colourForm = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

func accentsOf(accent string) accents {
	if !colourForm.MatchString(accent) {
		accent = usual
	}
	a := accents{Button: accent, ButtonInk: sheetLight}
	if contrast(accent, sheetLight) < readable {
		a.ButtonInk = inkLight // a light accent; whatever is too near to white is far from ink
	}
	if a.ButtonInk == inkLight && contrast(accent, inkLight) < readable {
		a.Button, a.ButtonInk = towards(accent, darken, func(c string) bool { return contrast(c, sheetLight) >= readable }), sheetLight
	}
	a.ButtonDark = a.Button
	if a.ButtonInk == sheetLight { // as light as its white words allow
		for i := range 20 {
			if c := lighten(a.Button, float64(i)*0.02); contrast(c, sheetLight) >= readable+0.2 {
				a.ButtonDark = c
			}
		}
	}
	a.Text = towards(accent, darken, func(c string) bool { return contrast(c, sheetLight) >= readable })
	a.TextDark = towards(accent, lighten, func(c string) bool { return contrast(c, sheetDark) >= readable+1.5 })
	return a
}

// towards moves colour until it is good.
func towards(colour string, move func(string, float64) string, good func(string) bool) string {
	for i := range 20 {
		if c := move(colour, float64(i)*0.05); good(c) {
			return c
		}
	}
	return move(colour, 1)
}

func darken(colour string, share float64) string {
	return each(colour, func(v float64) float64 { return v * (1 - share) })
}

// lighten gives more light of the same hue first, and white only as needed: mixed with
// white alone a deep colour turns to grey.
func lighten(colour string, share float64) string {
	brightest := max(channel(colour, 1), channel(colour, 3), channel(colour, 5), 1)
	factor := min(1+2*share, 255/brightest)
	white := share * share
	return each(colour, func(v float64) float64 { v *= factor; return v + (255-v)*white })
}

func each(colour string, fn func(float64) float64) string {
	out := "#"
	for i := 1; i < 7; i += 2 {
		out += fmt.Sprintf("%02x", int(math.Round(fn(channel(colour, i)))))
	}
	return out
}

func channel(colour string, at int) float64 {
	n, err := strconv.ParseUint(colour[at:at+2], 16, 8)
	if err != nil {
		return 0
	}
	return float64(n)
}

// contrast is the ratio of WCAG 2, 1 to 21.
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(colour string) float64 {
	linear := func(at int) float64 {
		v := channel(colour, at) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(1) + 0.7152*linear(3) + 0.0722*linear(5)
}
