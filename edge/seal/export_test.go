package seal

import (
	"bytes"
	"time"

	"comptoir/rules/evidence"
)

// Update makes the update of a document without the signature, the pages of the certificate
// being those of another file: for the fuzz tests, which must not meet chance.
func Update(document, certificate []byte) error {
	f, pages, err := openSignable(bytes.NewReader(document), int64(len(document)))
	if err != nil {
		return err
	}
	rootRef, root, err := f.catalog()
	if err != nil {
		return err
	}
	u := newUpdate(f)
	tree, _ := root.get("Pages").(ref)
	branch, added, err := u.graft(certificate, tree)
	if err != nil {
		return err
	}
	if err := u.join(tree, branch, pages, len(added)); err != nil {
		return err
	}
	spec, _, _ := u.attach([]byte("{}"), evidence.Created, time.Unix(0, 0))
	if root, err = u.listed(root, spec); err != nil {
		return err
	}
	if root, err = u.field(root, added[len(added)-1], u.reserve()); err != nil {
		return err
	}
	u.object(rootRef, root)
	u.finish([16]byte{})
	return nil
}
