package portal

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// quiet is the white border that a scanner wants: four modules (ISO/IEC 18004).
const quiet = 4

// QR draws text as a QR code of error level M (EPC069-12) in SVG: black on white in both
// themes, since scanners want it so. The window draws its codes with it too.
func QR(text string) (svg string, err error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", fmt.Errorf("portal: qr: %w", err)
	}
	n := code.Size + 2*quiet
	var b strings.Builder
	b.Grow(8 << 10)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges" aria-hidden="true" focusable="false"><path fill="#fff" d="M0 0h%dv%dH0z"/><path fill="#000" d="`, n, n, n, n)
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			if !code.Black(x, y) {
				continue
			}
			run := 1
			for x+run < code.Size && code.Black(x+run, y) {
				run++
			}
			fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, run, run)
			x += run
		}
	}
	b.WriteString(`"/></svg>`)
	return b.String(), nil
}
