// Package seal closes a signed document: it joins the certificat de signature and the
// evidence to the PDF that the signers saw, seals the whole with the firm's own certificate
// (PAdES B-B), and proves such a file later.
//
// What lives here: the firm's certificate and its renewal, the small reader of PDF structure
// that an incremental update needs, the update itself, the CMS signature, and verification.
// What must not: drawing (edge/paper makes the pages), what counts as evidence
// (rules/evidence), SQL, where files are kept. Called by the composition root for the room of
// contracts, by the window's and the command line's Vérifier.
//
// The document's own bytes stay byte for byte the beginning of the sealed file, so that the
// hash which every signer saw can be recomputed from it by anybody (docs/adr/0019).
//
// The way through the files: keys.go (certificate) · inspect.go (may it be signed) · complete.go
// → graft.go (pages), attach.go (evidence.json), update.go (bytes), cms.go (signature) ·
// verify.go → checks.go. Below them: lexer.go, object.go, file.go, xref.go, streams.go (PDF).
package seal
