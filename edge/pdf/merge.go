package pdf

import (
	"bytes"
	"io"
	"sync"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
)

// pdfcpu writes a folder of its own settings beside the user's unless it is told not to.
var withoutFolder = sync.OnceFunc(api.DisableConfigDir)

// Merge binds papers into one, in their order. What comes out is for reading and printing: it
// claims no PDF/A, and the files inside the papers (the e-invoice) are those of each paper alone.
func Merge(w io.Writer, papers [][]byte) error {
	withoutFolder()
	readers := make([]io.ReadSeeker, 0, len(papers))
	for _, p := range papers {
		readers = append(readers, bytes.NewReader(p))
	}
	conf := model.NewDefaultConfiguration()
	conf.ValidationMode = model.ValidationRelaxed
	conf.CreateBookmarks = false
	return api.MergeRaw(readers, w, false, conf)
}
