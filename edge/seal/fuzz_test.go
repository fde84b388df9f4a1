package seal_test

import (
	"bytes"
	"testing"

	"comptoir/edge/seal"
	"comptoir/rules/evidence"
)

// FuzzInspect gives any file to the reader of structure.
func FuzzInspect(f *testing.F) {
	for _, file := range odd() {
		f.Add(file)
	}
	f.Add(rewritten(f, small(), "--object-streams=generate"))
	f.Add(pages(3))
	f.Add(leaf(f))
	f.Fuzz(func(t *testing.T, file []byte) {
		size := int64(len(file))
		info, err := seal.Inspect(bytes.NewReader(file), size)
		if err != nil {
			return
		}
		if info.Pages < 1 || info.Pages > seal.MaxPages {
			t.Errorf("%+v", info)
		}
		_ = seal.Update(file, small()) // what only sealing looks at: the trees of names and fields
	})
}

// FuzzVerify: nothing but the sealed file itself is intact.
func FuzzVerify(f *testing.F) {
	file := leaf(f)
	f.Add(file)
	f.Add(small())
	f.Add(append(small(), file...))
	f.Add(bytes.Replace(file, []byte("/Record ["), []byte("/Record [99999999999"), 1))
	f.Add(bytes.Replace(file, []byte("/ByteRange [0 "), []byte("/ByteRange [0 -9"), 1))
	f.Add(bytes.Replace(file, []byte("/Contents <"), []byte("/Contents <00"), 1))
	_, known := firm()
	f.Fuzz(func(t *testing.T, data []byte) {
		r := seal.Verify(bytes.NewReader(data), int64(len(data)), known)
		if r.Verdict == seal.Intact && !bytes.Equal(data, file) {
			t.Error("another file is taken for intact")
		}
		if r.Record != nil && len(evidence.Check(*r.Record)) == 0 && !found(r, "evidence") {
			t.Errorf("%+v", r.Checks)
		}
	})
}

// FuzzObjects puts anything into the objects that an update looks at, in a file that is
// otherwise sound: of the document, and of the certificate's pages.
func FuzzObjects(f *testing.F) {
	f.Add("", "/Kids [3 0 R] /Count 1 "+box, "/Contents 4 0 R", "<<>>")
	f.Add("/AcroForm 5 0 R", "/Kids 5 0 R", "/Contents [4 0 R]", "<</Fields [3 0 R] /XFA null>>")
	f.Add("/Names <</EmbeddedFiles 5 0 R>> /AF 5 0 R", "/Kids [3 0 R 2 0 R] /Rotate 90", "/Resources 5 0 R /MediaBox 5 0 R", "<</Names [(a) 5 0 R <62> 5 0 R] /Kids [5 0 R]>>")
	f.Add("/Names [] /AF <<>> /Perms null", "/Kids [<</Type /Page>>] /Kids []", "/A [[[[<</B 5 0 R>>]]]]", "<</Type /ObjStm /N 1 /First 4 /Length 5 0 R>>\nstream\n6 0 1\nendstream")
	f.Fuzz(func(t *testing.T, catalog, tree, leaf, more string) {
		file := plain("", "<</Type /Catalog /Pages 2 0 R "+catalog+">>", "<</Type /Pages "+tree+">>", "<</Type /Page /Parent 2 0 R "+leaf+">>", content("f"), more)
		whole := seal.Update(file, small()) == nil
		_ = seal.Update(small(), file)
		if _, err := seal.Inspect(bytes.NewReader(file), int64(len(file))); whole && err != nil {
			t.Errorf("updated, but not to be signed: %v", err)
		}
	})
}
