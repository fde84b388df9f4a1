package statements

import (
	"bytes"
	"context"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/files"
	"comptoir/office/sales"
	"comptoir/rules/statement"
)

// Media types of the files.
const (
	typePDF  = "application/pdf"
	typeCSV  = "text/csv; charset=utf-8"
	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

func mediaType(form string) string {
	return map[string]string{"pdf": typePDF, "csv": typeCSV, "xlsx": typeXLSX}[form]
}

// File gives a statement as pdf, csv or xlsx to the firm.
func (s *Service) File(ctx context.Context, who actor.Actor, form string, query Query) (sales.File, error) {
	st, err := s.Make(ctx, who, query)
	if err != nil {
		return sales.File{}, err
	}
	if form != "pdf" {
		st.Lang = locale.Of(who.Lang) // a table is for the firm's own use
	}
	return s.file(ctx, form, st)
}

// PortalFile gives a contact the statement of its own customer as pdf or csv.
func (s *Service) PortalFile(ctx context.Context, who actor.Actor, form string, query Query) (sales.File, error) {
	st, err := s.PortalMake(ctx, who, query)
	if err != nil {
		return sales.File{}, err
	}
	if form != "pdf" && form != "csv" {
		return sales.File{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return s.file(ctx, form, st)
}

func (s *Service) file(ctx context.Context, form string, st Statement) (f sales.File, err error) {
	f = sales.File{Name: fileName(st) + "." + form, MediaType: mediaType(form)}
	if form == "pdf" {
		f.Bytes, err = s.draw(ctx, st)
		return f, err
	}
	if f.MediaType == "" {
		return sales.File{}, fault.New(fault.NotFound, "fault.not_found")
	}
	var b bytes.Buffer
	err = s.Printer.StatementTable(&b, form, st.Lang, st)
	f.Bytes = b.Bytes()
	return f, err
}

// fileName is fit for every file system: the customer's number and the day.
func fileName(st Statement) string {
	number := strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '-'
	}, st.Customer.Number)
	return locale.T(locale.Of(st.Lang), "pdf.statement.file", map[string]any{"number": number, "date": st.Period.To.String()})
}

// maxPrinted is how many lines go on paper: some three hundred pages. Whoever needs more
// takes a table or a shorter period.
const maxPrinted = 9_000

func lines(st Statement) (n int) {
	for _, a := range st.Activities {
		n += len(a.Lines)
	}
	for _, a := range st.Accounts {
		n += len(a.Items)
	}
	return n
}

func (s *Service) draw(ctx context.Context, st Statement) ([]byte, error) {
	if n := lines(st); n > maxPrinted {
		return nil, fault.New(fault.Invalid, "fault.statement.too_long", "count", n, "max", maxPrinted)
	}
	release, err := s.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	logo, err := s.logo(st.Seller)
	if err != nil {
		return nil, err
	}
	return s.Printer.Statement(ctx, st, logo)
}

func (s *Service) turn(ctx context.Context) (release func(), err error) {
	select {
	case s.drawing <- struct{}{}:
		return func() { <-s.drawing }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *Service) logo(p sales.Party) ([]byte, error) {
	if p.LogoSHA256 == "" {
		return nil, nil
	}
	return s.Files.Load(p.LogoSHA256)
}

// ReportFile gives the aged receivables as pdf, csv or xlsx.
func (s *Service) ReportFile(ctx context.Context, who actor.Actor, form, on string) (f sales.File, err error) {
	r, err := s.AgedReceivables(ctx, who, on)
	if err != nil {
		return sales.File{}, err
	}
	r.Lang = locale.Of(who.Lang)
	f = sales.File{Name: locale.T(r.Lang, "pdf.ageing.file", map[string]any{"date": r.On.String()}) + "." + form, MediaType: mediaType(form)}
	switch form {
	case "pdf":
		n := 0
		for _, c := range r.Currencies {
			n += len(c.Rows)
		}
		if n > maxPrinted {
			return sales.File{}, fault.New(fault.Invalid, "fault.statement.too_long", "count", n, "max", maxPrinted)
		}
		release, err := s.turn(ctx)
		if err != nil {
			return sales.File{}, err
		}
		defer release()
		logo, err := s.logo(r.Firm)
		if err != nil {
			return sales.File{}, err
		}
		f.Bytes, err = s.Printer.Ageing(ctx, r, logo)
		return f, err
	case "csv", "xlsx":
		var b bytes.Buffer
		err = s.Printer.AgeingTable(&b, form, r.Lang, r)
		f.Bytes = b.Bytes()
		return f, err
	}
	return sales.File{}, fault.New(fault.NotFound, "fault.not_found")
}

// MailPaper gives the statement that goes with a mail: drawn when the mail first leaves (or
// is first looked at) and filed, so that a repeat attaches the very same. For the outbox only.
func (s *Service) MailPaper(ctx context.Context, run string) (f sales.File, err error) {
	var row gen.StatementRun
	var st Statement
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		if row, err = q.StatementRunByPublicID(ctx, run); err != nil {
			return db.NotFound(err)
		}
		c, err := q.CustomerByID(ctx, row.CustomerID)
		if err != nil {
			return db.NotFound(err)
		}
		st = Statement{Kind: row.Kind, Period: statement.Period{From: day(row.FromDate), To: day(row.ToDate)}, Today: day(row.ToDate), MadeAt: instant(row.CreatedAt),
			Customer: sales.CustomerRef{PublicID: c.PublicID, Number: c.Number, Name: c.Name}}
		if row.PdfSha256 != nil {
			st.Lang = c.Language
			return nil
		}
		return s.fill(ctx, q, c, &st)
	})
	if err != nil {
		return sales.File{}, err
	}
	f = sales.File{Name: fileName(st) + ".pdf", MediaType: typePDF}
	if row.PdfSha256 != nil {
		f.Bytes, err = s.Files.Load(*row.PdfSha256)
		return f, err
	}
	if f.Bytes, err = s.draw(ctx, st); err != nil {
		return sales.File{}, err
	}
	return f, s.filePaper(ctx, row.ID, f)
}

func (s *Service) filePaper(ctx context.Context, runID int64, f sales.File) error {
	ref, err := s.Files.Put(f.Bytes, f.MediaType)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := files.Record(ctx, tx, ref); err != nil {
			return err
		}
		_, err := tx.FileStatementRun(ctx, gen.FileStatementRunParams{ID: runID, PdfSha256: &ref.SHA256})
		return err
	})
}
