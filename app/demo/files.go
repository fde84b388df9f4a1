package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"

	"comptoir/core/actor"
	"comptoir/office/attachments"
	"comptoir/office/listing"
	"comptoir/office/sales"
)

// What the story tells of shared files: the customers who sign in have a paper and a colour
// chart of the firm, one of them on an invoice, and one customer handed a photo over. All of
// them are made here, so that nothing comes from anywhere.

func (m *maker) files(ctx context.Context) error {
	handed := false
	for _, c := range m.clients {
		if !c.signIn {
			continue
		}
		if err := m.filesOf(ctx, c); err != nil {
			return err
		}
		if handed || c.contact.CustomerID == 0 {
			continue
		}
		done, err := m.handOver(ctx, c)
		if err != nil {
			return err
		}
		handed = done
	}
	return nil
}

func (m *maker) filesOf(ctx context.Context, c client) error {
	lang := c.lang
	paper, err := m.stage(ctx, m.owner, m.text(lang, "demo.files.care", nil)+".pdf", paperPDF(m.text(lang, "demo.files.care", nil), m.text(lang, "demo.files.care_text", nil)))
	if err != nil {
		return err
	}
	chart, err := m.stage(ctx, m.owner, m.text(lang, "demo.files.chart", nil)+".png", chartPNG())
	if err != nil {
		return err
	}
	if _, err := m.Attachments.Share(ctx, m.owner, attachments.Share{Key: m.key("files"), CustomerID: c.id, InPortal: true, Note: m.text(lang, "demo.files.care_note", nil), Files: []attachments.Staged{paper}}); err != nil {
		return err
	}
	share := attachments.Share{Key: m.key("files"), CustomerID: c.id, InPortal: true, Note: m.text(lang, "demo.files.chart_note", nil), Files: []attachments.Staged{chart}}
	rows, _, err := m.Sales.List(ctx, m.owner, sales.ListQuery{Query: listing.Query{Limit: 1, Sort: "issueDate", Desc: true}, CustomerID: c.id, State: "issued"})
	if err != nil {
		return err
	}
	if len(rows) > 0 {
		share.DocumentID = rows[0].PublicID
	}
	_, err = m.Attachments.Share(ctx, m.owner, share)
	return err
}

// handOver is a contact's own file, where its group allows it.
func (m *maker) handOver(ctx context.Context, c client) (bool, error) {
	who := c.contact
	who.Trust = actor.TrustPassword
	may, err := m.Attachments.MayHandOver(ctx, who)
	if err != nil || !may.Allowed {
		return false, err
	}
	photo, err := m.stage(ctx, who, m.text(c.lang, "demo.files.photo", nil)+".png", chartPNG())
	if err != nil {
		return false, err
	}
	return true, m.Attachments.HandOver(ctx, who, attachments.HandOver{Key: m.key("handed"), Note: m.text(c.lang, "demo.files.photo_note", nil), Files: []attachments.Staged{photo}})
}

func (m *maker) stage(ctx context.Context, who actor.Actor, name string, content []byte) (attachments.Staged, error) {
	return m.Attachments.Stage(ctx, who, name, bytes.NewReader(content))
}

// chartPNG is a chart of six colours.
func chartPNG() []byte {
	img := image.NewNRGBA(image.Rect(0, 0, 360, 240))
	colours := []color.NRGBA{{15, 92, 90, 255}, {191, 144, 96, 255}, {92, 64, 51, 255}, {232, 222, 204, 255}, {110, 129, 96, 255}, {58, 74, 96, 255}}
	for y := range 240 {
		for x := range 360 {
			img.SetNRGBA(x, y, colours[x/120+3*(y/120)])
		}
	}
	var b bytes.Buffer
	_ = png.Encode(&b, img) // a buffer takes everything
	return b.Bytes()
}

// paperPDF is one page with a title and a few lines, in the font that every reader has.
func paperPDF(title, text string) []byte {
	var page strings.Builder
	fmt.Fprintf(&page, "BT /F1 20 Tf 60 770 Td (%s) Tj ET\n", latin(title))
	for i, line := range strings.Split(text, "\n") {
		fmt.Fprintf(&page, "BT /F1 11 Tf 60 %d Td (%s) Tj ET\n", 730-18*i, latin(line))
	}
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%sendstream", page.Len(), page.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, at)
	return b.Bytes()
}

// latin writes a text as a PDF string of one byte a letter.
func latin(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '(' || r == ')' || r == '\\':
			b.WriteString("\\" + string(r))
		case r == '’':
			b.WriteString("\\222")
		case r < 0x80:
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, "\\%03o", r)
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}
