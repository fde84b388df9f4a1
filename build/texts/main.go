// Command texts packs the texts of core/locale into core/locale/texts.gz, which the program keeps
// them in when it is built with the tag packed. scripts/build runs it; nobody else needs it:
// without the tag the texts are read as they stand in the checkout.
package main

import (
	"bytes"
	"fmt"
	"os"

	"comptoir/core/locale"
)

func main() {
	var b bytes.Buffer
	err := locale.Pack(&b)
	if err == nil {
		err = os.WriteFile("core/locale/texts.gz", b.Bytes(), 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
