package sales

import (
	"comptoir/core/civil"
	"context"
	"encoding/json"
	"fmt"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/files"
	"comptoir/rules/billing"
)

// JobFilePDF is the kind of the job that draws and files the PDF of an issued document.
const JobFilePDF = "sales.file_pdf"

type pdfJob struct {
	DocumentID int64 `json:"document_id"`
}

// FilePDF is the job's handler. It bears a repeat: a filed PDF is left alone.
func (s *Service) FilePDF(ctx context.Context, payload json.RawMessage) error {
	var p pdfJob
	if err := json.Unmarshal(payload, &p); err != nil {
		return fmt.Errorf("sales: job: %w", err)
	}
	_, err := s.paper(ctx, p.DocumentID)
	return err
}

// Paper gives the PDF of an issued document as it was filed, drawing and filing it first
// where that was not done yet.
func (s *Service) paper(ctx context.Context, id int64) (File, error) {
	var d Document
	var filed *string
	err := s.DB.Read(ctx, func(q *gen.Queries) error {
		var err error
		if d, err = s.load(ctx, q, id); err != nil || d.Draft {
			return err
		}
		st, err := q.Status(ctx, id)
		filed = st.PdfSha256
		return db.NotFound(err)
	})
	if err != nil {
		return File{}, err
	}
	if d.Draft {
		return File{}, fault.New(fault.Conflict, "fault.still_draft")
	}
	if d.TakenOver {
		return File{}, errNoPaper(d)
	}
	f := File{Name: d.Number + ".pdf", MediaType: "application/pdf"}
	if filed != nil {
		f.Bytes, err = s.Files.Load(*filed)
		return f, err
	}
	if f.Bytes, err = s.draw(ctx, asIssued(d)); err != nil {
		return File{}, err
	}
	ref, err := s.Files.Put(f.Bytes, f.MediaType)
	if err != nil {
		return File{}, err
	}
	return f, s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := files.Record(ctx, tx, ref); err != nil {
			return err
		}
		return tx.SetPDF(ctx, gen.SetPDFParams{DocumentID: id, PdfSha256: &ref.SHA256})
	})
}

// asIssued takes away what happened after issue, so that the paper is the same whenever it
// is drawn.
func asIssued(d Document) Document {
	d.PaidMinor, d.CreditedMinor, d.DueMinor, d.Payments = 0, 0, d.Totals.AmountDue, nil
	d.Credits, d.Uses, d.DueOn, d.AsOf = nil, nil, d.DueDate, d.IssueDate
	d.SentAt, d.ViewedAt, d.AnnouncedAt, d.PrivateNote, d.DebitOn = "", "", "", "", civil.Date{}
	d.State = billing.StateIssued
	if d.payable() {
		d.EPC = TransferCode(d.Seller, d.Number, money.Amount{Minor: d.AskedMinor(), Currency: d.Currency})
	}
	return d
}

// payable tells whether a document asks for money.
func (d Document) payable() bool {
	return d.Kind == billing.Invoice || d.Kind == billing.DepositInvoice
}

func (s *Service) draw(ctx context.Context, d Document) ([]byte, error) {
	select {
	case s.drawing <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-s.drawing }()
	var logo []byte
	if d.Seller.LogoSHA256 != "" {
		var err error
		if logo, err = s.Files.Load(d.Seller.LogoSHA256); err != nil {
			return nil, err
		}
	}
	return s.Printer.Document(ctx, d, logo)
}

// PDF gives a document's paper to the firm: the filed one, or a draft marked as such.
func (s *Service) PDF(ctx context.Context, who actor.Actor, publicID string) (File, error) {
	d, err := s.Get(ctx, who, publicID)
	if err != nil {
		return File{}, err
	}
	if !d.Draft {
		return s.paper(ctx, d.ID)
	}
	b, err := s.drawDraft(ctx, d)
	return File{Name: locale.T(locale.Of(d.Lang), "pdf.draft_file", nil) + ".pdf", MediaType: "application/pdf", Bytes: b}, err
}

// drawDraft draws a draft as it would be issued today.
func (s *Service) drawDraft(ctx context.Context, d Document) ([]byte, error) {
	err := s.DB.Read(ctx, func(q *gen.Queries) error {
		firm, err := company.Get(ctx, q)
		if err != nil {
			return err
		}
		if d.IssueDate.IsZero() {
			d.IssueDate = firm.Today(s.DB.Now())
		}
		if d.Kind == billing.Quote && d.ValidUntil.IsZero() {
			d.ValidUntil = d.IssueDate.AddDays(int(firm.QuoteDays))
		}
		if d.DueDate.IsZero() && d.payable() {
			d.DueDate = d.Terms.DueDate(d.IssueDate)
		}
		if err := d.holdBack(); err != nil {
			return err
		}
		late, err := company.LateTerms(ctx, q, firm)
		if err != nil {
			return err
		}
		doc := billing.Document{Currency: d.Currency, PricesInclTax: d.PricesInclTax, Allowances: d.Allowances}
		for _, l := range d.Lines {
			doc.Lines = append(doc.Lines, l.Line)
		}
		d.Mentions = mentionTexts(judgement(firm, d.Seller, d.Buyer, doc, d.Totals, d.Kind, d.IssueDate, d.DueDate, late), d.Lang)
		if d.payable() {
			d.DueMinor = d.Totals.AmountDue
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.draw(ctx, d)
}

// MailPaper gives the PDF that goes with a mail; for the outbox only.
func (s *Service) MailPaper(ctx context.Context, documentID int64) (File, error) {
	return s.paper(ctx, documentID)
}
