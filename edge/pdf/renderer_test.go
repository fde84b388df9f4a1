package pdf

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var writeTo = flag.String("write", "", "folder to write the sample documents to, for looking at them")

func TestSamples(t *testing.T) {
	r := New()
	for name, print := range samples() {
		t.Run(name, func(t *testing.T) {
			file, err := print(r)
			if err != nil {
				t.Fatal(err)
			}
			if *writeTo != "" {
				if err := os.WriteFile(filepath.Join(*writeTo, name+".pdf"), file, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
