package sepa

import (
	"context"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	rules "comptoir/rules/sepa"
)

// Debtor is who signs, with the account that is debited.
type Debtor struct {
	Name     string `json:"name"` // of the account's holder
	Line1    string `json:"line1"`
	PostCode string `json:"postCode"`
	City     string `json:"city"`
	Country  string `json:"country"`
	IBAN     string `json:"iban"`
	BIC      string `json:"bic"` // "" = the bank finds it
}

func (d *Debtor) check(form *fault.Form) {
	text.Each(text.Line, &d.Name, &d.Line1, &d.PostCode, &d.City)
	form.Need("name", d.Name)
	form.MaxLen("name", d.Name, 70)
	form.MaxLen("line1", d.Line1, 70)
	form.MaxLen("postCode", d.PostCode, 16)
	form.Need("city", d.City)
	form.MaxLen("city", d.City, 35)
	form.Need("country", d.Country)
	form.Need("iban", d.IBAN)
	company.Field(form, "country", &d.Country, ident.CheckCountry)
	company.Field(form, "iban", &d.IBAN, ident.CheckIBAN)
	if d.BIC = strings.TrimSpace(d.BIC); d.BIC != "" {
		company.Field(form, "bic", &d.BIC, ident.CheckBIC)
	}
	if len(d.IBAN) > 4 && !rules.Reaches(d.IBAN[:2]) && !fault.HasField(form.Err(), "iban") {
		form.Add("iban", "fault.sepa.not_reached")
	}
	if len(d.IBAN) > 4 && rules.OutsideEEA(d.IBAN[:2]) && !fault.HasField(form.Err(), "iban") {
		if d.BIC == "" {
			form.Add("bic", "fault.sepa.bic_abroad")
		}
		if d.Line1 == "" {
			form.Add("line1", "fault.sepa.address_abroad")
		}
		if d.PostCode == "" {
			form.Add("postCode", "fault.sepa.address_abroad")
		}
	}
	if d.Name != "" && rules.Name(d.Name) == "" {
		form.Add("name", "fault.sepa.name")
	}
}

// Paper is a mandate that was signed on paper.
type Paper struct {
	Ask
	RUM        string `json:"rum"` // as it stands on the paper, "" = one of our own series
	SignedOn   string `json:"signedOn"`
	LastUsedOn string `json:"lastUsedOn"` // of one that is taken over: its last debit, made elsewhere; "" = never used
	Debtor
	FileName string `json:"fileName"`
	Content  []byte `json:"-"`
}

// maxPaper bounds the picture or PDF of a signed paper.
const maxPaper = 8 << 20

// RecordPaper keeps a mandate signed on paper, with its file.
func (s *Service) RecordPaper(ctx context.Context, who actor.Actor, in Paper) (Mandate, error) {
	if err := who.Need(actor.Collect); err != nil {
		return Mandate{}, err
	}
	var form fault.Form
	in.check(&form)
	text.Each(text.Line, &in.FileName, &in.RUM)
	if in.RUM != "" && !rules.IsID(in.RUM) {
		form.Add("rum", "fault.sepa.rum")
	}
	mediaType := mediaTypeOf(in.Content)
	if mediaType == "" || len(in.Content) > maxPaper {
		form.Add("file", "fault.sepa.paper")
	}
	if in.SignedOn == "" {
		form.Add("signedOn", "fault.required")
	} else if _, err := civil.Parse(in.SignedOn); err != nil {
		form.Add("signedOn", "fault.not_a_date")
	}
	if in.LastUsedOn != "" {
		switch last, err := civil.Parse(in.LastUsedOn); {
		case err != nil:
			form.Add("lastUsedOn", "fault.not_a_date")
		case in.OneOff:
			form.Add("lastUsedOn", "fault.sepa.used_once")
		case last.Before(day(in.SignedOn)):
			form.Add("lastUsedOn", "fault.sepa.used_before_signed")
		}
	}
	if err := form.Err(); err != nil {
		return Mandate{}, err
	}
	ref, err := s.Files.Put(in.Content, mediaType)
	if err != nil {
		return Mandate{}, err
	}
	return s.write(ctx, in.Key, "mandate.paper", in, func(ctx context.Context, tx *db.Tx) (int64, error) {
		m, err := s.insertPaper(ctx, tx, in)
		if err != nil {
			return 0, err
		}
		if err := record(ctx, tx, ref); err != nil {
			return 0, err
		}
		p := signing(m, in.Debtor)
		firm, err := company.Get(ctx, tx.Queries)
		if err != nil {
			return 0, err
		}
		p.CreditorName = firm.Name
		p.How, p.SignedOn, p.SignedAt, p.SignedBy, p.PaperSha256, p.PaperName = "paper", in.SignedOn, tx.Stamp(), in.Name, &ref.SHA256, name(in.FileName)
		if _, err := tx.SignMandate(ctx, p); err != nil {
			return 0, err
		}
		return m.ID, s.logged(ctx, tx, who, "mandate.recorded", m)
	})
}

func (s *Service) insertPaper(ctx context.Context, tx *db.Tx, in Paper) (gen.Mandate, error) {
	c, err := creditorOf(ctx, tx, true)
	if err != nil {
		return gen.Mandate{}, err
	}
	if day(in.SignedOn).After(c.today) {
		return gen.Mandate{}, oneField("signedOn", "fault.future")
	}
	if in.LastUsedOn != "" && day(in.LastUsedOn).After(c.today) {
		return gen.Mandate{}, oneField("lastUsedOn", "fault.future")
	}
	in.usedOn = in.LastUsedOn
	customer, err := tx.CustomerByPublicID(ctx, in.CustomerID)
	if err != nil {
		return gen.Mandate{}, db.NotFound(err)
	}
	if in.RUM != "" {
		if used, err := tx.CountRum(ctx, in.RUM); err != nil {
			return gen.Mandate{}, err
		} else if used > 0 {
			return gen.Mandate{}, oneField("rum", "fault.sepa.rum_used")
		}
	}
	return s.insert(ctx, tx, c, customer, in.Ask, in.RUM)
}

func signing(m gen.Mandate, d Debtor) gen.SignMandateParams {
	return gen.SignMandateParams{ID: m.ID, DebtorName: d.Name, Line1: d.Line1, PostCode: d.PostCode, City: d.City, Country: d.Country, Iban: d.IBAN, Bic: d.BIC}
}

func mediaTypeOf(b []byte) string {
	switch head := string(b[:min(len(b), 8)]); {
	case strings.HasPrefix(head, "%PDF-"):
		return "application/pdf"
	case head == "\x89PNG\r\n\x1a\n":
		return "image/png"
	case strings.HasPrefix(head, "\xff\xd8\xff"):
		return "image/jpeg"
	}
	return ""
}

func name(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '-'
		}
		return r
	}, s)
	if s == "" {
		return "mandat"
	}
	if r := []rune(s); len(r) > 100 {
		s = string(r[len(r)-100:])
	}
	return s
}
