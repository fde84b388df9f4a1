package sales

import (
	"bytes"
	"context"
	"image"
	"image/png"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/files"
)

// Limits of a drawn signature: a pad of a telephone gives some 10 kB.
const (
	signatureBytes  = 200_000
	signatureWidth  = 2000
	signatureHeight = 1000
)

// checkSignature reads a drawn signature and gives it written anew: what is kept is a picture
// and nothing but one, whatever else was in the bytes. An empty pad is no signature.
func checkSignature(content []byte) ([]byte, error) {
	if len(content) == 0 {
		return nil, nil
	}
	bad := oneField("signature", "fault.signature")
	if len(content) > signatureBytes {
		return nil, bad
	}
	c, err := png.DecodeConfig(bytes.NewReader(content)) // before the whole: a small file may claim to be huge
	if err != nil || c.Width < 1 || c.Height < 1 || c.Width > signatureWidth || c.Height > signatureHeight {
		return nil, bad
	}
	img, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, bad
	}
	if blank(img) {
		return nil, nil
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return nil, bad
	}
	return out.Bytes(), nil
}

// blank tells of a picture of one colour.
func blank(img image.Image) bool {
	b := img.Bounds()
	r0, g0, b0, a0 := img.At(b.Min.X, b.Min.Y).RGBA()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if r, g, bl, a := img.At(x, y).RGBA(); r != r0 || g != g0 || bl != b0 || a != a0 {
				return false
			}
		}
	}
	return true
}

// keepSignature files a drawn signature before the transaction that names it; nil = none.
func (s *Service) keepSignature(content []byte) (*files.Ref, error) {
	clean, err := checkSignature(content)
	if err != nil || clean == nil {
		return nil, err
	}
	ref, err := s.Files.Put(clean, "image/png")
	if err != nil {
		return nil, err
	}
	return &ref, nil
}

// QuoteSignature gives the signature drawn at the decision that stands, to the firm or to
// the quote's own customer.
func (s *Service) QuoteSignature(ctx context.Context, who actor.Actor, publicID string) (f File, err error) {
	if err := mayDecide(who, publicID); err != nil {
		return File{}, err
	}
	var sha string
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.DocumentByPublicID(ctx, publicID)
		if who.Kind == actor.Contact {
			row, err = q.DocumentOfCustomer(ctx, gen.DocumentOfCustomerParams{PublicID: publicID, CustomerID: &who.CustomerID})
		}
		if err != nil {
			return db.NotFound(err)
		}
		d, err := q.StandingDecision(ctx, row.ID)
		if err != nil {
			return db.NotFound(err)
		}
		if sha = text(d.SignatureSha256); sha == "" {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		return nil
	})
	if err != nil {
		return File{}, err
	}
	b, err := s.Files.Load(sha)
	return File{Name: "signature.png", MediaType: "image/png", Bytes: b}, err
}

// CleanSignature judges a drawn signature and gives it written anew; nil for an empty pad.
func CleanSignature(content []byte) ([]byte, error) { return checkSignature(content) }
