//go:build !packed

package locale

import (
	"embed"
	"io"
)

//go:embed texts/*.json
var files embed.FS

func shipped() *catalogue { return load(files, "texts") }

func shippedTwice() error { return twice(files, "texts") }

// Pack writes the texts as the program keeps them that scripts/build makes (tag packed): see
// build/texts, which calls it. A file that cannot be read and a key told twice are errors.
func Pack(w io.Writer) error {
	c := shipped()
	if c.err != nil {
		return c.err
	}
	return c.pack(w)
}
