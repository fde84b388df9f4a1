package portal

import (
	"fmt"
	"math"
	"strings"
)

// defaultAccent is the accent of tokens.css; a firm that kept it needs no theme.
const defaultAccent = "#0f5c5a"

// readable is WCAG's 4.5:1 and a little, since a colour is rounded when it is written.
const readable = 4.6

type rgb struct{ r, g, b float64 } // 0 to 1, sRGB

// themeCSS gives the firm's accent as the five colours that tokens.css asks for, in light
// and dark. Each is moved towards black or white until its text passes 4.5:1 (WCAG 1.4.3):
// whatever colour a firm picks, its portal can be read.
func themeCSS(accent string) string {
	base, ok := parseColour(accent)
	if !ok || strings.EqualFold(accent, defaultAccent) {
		return "/* the accent of tokens.css */\n"
	}
	white, ink := rgb{1, 1, 1}, rgb{0.06, 0.07, 0.07}
	lightSheet, darkSheet := rgb{0.961, 0.961, 0.949}, rgb{0.102, 0.118, 0.11}
	light := accents(base, white, ink, lightSheet, rgb{0, 0, 0})
	dark := accents(base, white, ink, darkSheet, white)
	var b strings.Builder
	fmt.Fprintf(&b, ":root{%s}\n", light)
	fmt.Fprintf(&b, "@media (prefers-color-scheme:dark){:root:not([data-theme=\"light\"]){%s}}\n", dark)
	fmt.Fprintf(&b, ":root[data-theme=\"dark\"]{%s}\n", dark)
	return b.String()
}

// accents gives the declarations for one scheme; away is where text moves to be read on
// the sheet: black in light, white in dark.
func accents(base, white, ink, sheet, away rgb) string {
	button, on := base, white
	if contrast(base, white) < readable && contrast(base, ink) >= readable {
		on = ink // a pale accent carries dark text
	}
	for i := 0; contrast(button, on) < readable && i < 40; i++ {
		button = mix(button, rgb{0, 0, 0}, 0.05)
	}
	hover := mix(button, rgb{0, 0, 0}, 0.18)
	if on == ink {
		hover = mix(button, white, 0.25)
	}
	soft := mix(sheet, base, 0.12)
	text := base
	for i := 0; (contrast(text, soft) < readable || contrast(text, sheet) < readable) && i < 60; i++ {
		text = mix(text, away, 0.05)
	}
	return fmt.Sprintf("--firm-accent:%s;--firm-accent-hover:%s;--firm-accent-ink:%s;--firm-accent-text:%s;--firm-accent-soft:%s",
		button, hover, on, text, soft)
}

func parseColour(s string) (rgb, bool) {
	var r, g, b uint8
	if len(s) != 7 || s[0] != '#' {
		return rgb{}, false
	}
	if n, err := fmt.Sscanf(s[1:], "%02x%02x%02x", &r, &g, &b); err != nil || n != 3 {
		return rgb{}, false
	}
	return rgb{float64(r) / 255, float64(g) / 255, float64(b) / 255}, true
}

// String writes the colour from its numbers: nothing that a person typed reaches the stylesheet.
func (c rgb) String() string {
	to := func(x float64) int { return int(math.Round(math.Min(1, math.Max(0, x)) * 255)) }
	return fmt.Sprintf("#%02x%02x%02x", to(c.r), to(c.g), to(c.b))
}

func mix(a, b rgb, part float64) rgb {
	at := func(x, y float64) float64 { return x + (y-x)*part }
	return rgb{at(a.r, b.r), at(a.g, b.g), at(a.b, b.b)}
}

func luminance(c rgb) float64 {
	f := func(x float64) float64 {
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*f(c.r) + 0.7152*f(c.g) + 0.0722*f(c.b)
}

// contrast is the WCAG 2 ratio of two colours.
func contrast(a, b rgb) float64 {
	x, y := luminance(a), luminance(b)
	if x < y {
		x, y = y, x
	}
	return (x + 0.05) / (y + 0.05)
}
