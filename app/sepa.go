package app

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/office/sales"
	"comptoir/office/sepa"
	rules "comptoir/rules/sepa"
)

// Sepa is bound to the window: mandates, files of direct debits and of transfers.
type Sepa struct{ desk *desk }

// Settings gives who the firm is to its debtors' banks.
func (s *Sepa) Settings() (sepa.Settings, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return sepa.Settings{}, err
	}
	return h.Sepa.Settings(s.desk.ctx, who)
}

// SaveSettings changes it.
func (s *Sepa) SaveSettings(in sepa.Settings) (sepa.Settings, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return sepa.Settings{}, err
	}
	if err := h.Sepa.SaveSettings(s.desk.ctx, who, in); err != nil {
		return sepa.Settings{}, err
	}
	return h.Sepa.Settings(s.desk.ctx, who)
}

// MandateList is a page of mandates.
type MandateList struct {
	Rows []sepa.Mandate `json:"rows"`
	Next string         `json:"next"`
}

// Mandates gives a page of all mandates, the newest first.
func (s *Sepa) Mandates(after string) (MandateList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return MandateList{}, err
	}
	rows, next, err := h.Sepa.Mandates(s.desk.ctx, who, after)
	return MandateList{Rows: rows, Next: next}, err
}

// OfCustomer gives a customer's mandates.
func (s *Sepa) OfCustomer(customerID string) ([]sepa.Mandate, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Sepa.OfCustomer(s.desk.ctx, who, customerID)
}

// Mandate gives one.
func (s *Sepa) Mandate(id string) (sepa.Mandate, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return sepa.Mandate{}, err
	}
	return h.Sepa.Mandate(s.desk.ctx, who, id)
}

// Ask asks a customer for a mandate, by one mail.
func (s *Sepa) Ask(in sepa.Ask) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	m, err := h.Sepa.AskMandate(s.desk.ctx, who, in)
	if err != nil {
		return Done{}, err
	}
	return s.mandateDone("window.sepa.done.asked", m), nil
}

func (s *Sepa) mandateDone(key string, m sepa.Mandate) Done {
	return Done{ID: m.PublicID, Number: m.RUM, Message: s.desk.t(key, map[string]any{"rum": m.RUM, "customer": m.CustomerName})}
}

// PaperMandate is a mandate signed on paper, with its file in base64.
type PaperMandate struct {
	Key        string `json:"key"`
	CustomerID string `json:"customerId"`
	Scheme     string `json:"scheme"`
	OneOff     bool   `json:"oneOff"`
	NoticeDays int64  `json:"noticeDays"`
	RUM        string `json:"rum"`
	SignedOn   string `json:"signedOn"`
	LastUsedOn string `json:"lastUsedOn"`
	Name       string `json:"name"`
	Line1      string `json:"line1"`
	PostCode   string `json:"postCode"`
	City       string `json:"city"`
	Country    string `json:"country"`
	IBAN       string `json:"iban"`
	BIC        string `json:"bic"`
	FileName   string `json:"fileName"`
	File       string `json:"file"`
}

// RecordPaper keeps a mandate signed on paper.
func (s *Sepa) RecordPaper(in PaperMandate) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	content, err := base64.StdEncoding.DecodeString(strings.TrimSpace(in.File))
	if err != nil {
		content = nil // refused beside the field
	}
	m, err := h.Sepa.RecordPaper(s.desk.ctx, who, sepa.Paper{Ask: sepa.Ask{Key: in.Key, CustomerID: in.CustomerID, Scheme: in.Scheme, OneOff: in.OneOff, NoticeDays: in.NoticeDays}, RUM: in.RUM, SignedOn: in.SignedOn, LastUsedOn: in.LastUsedOn,
		Debtor: sepa.Debtor{Name: in.Name, Line1: in.Line1, PostCode: in.PostCode, City: in.City, Country: in.Country, IBAN: in.IBAN, BIC: in.BIC}, FileName: in.FileName, Content: content})
	if err != nil {
		return Done{}, err
	}
	return s.mandateDone("window.sepa.done.paper", m), nil
}

// Change sets what the firm decides of a signed mandate.
func (s *Sepa) Change(in sepa.Change) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Sepa.ChangeMandate(s.desk.ctx, who, in)
}

// Revoke ends a mandate.
func (s *Sepa) Revoke(id, reason string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Sepa.Revoke(s.desk.ctx, who, id, reason)
}

// Propose tells who would be debited on a day, and who not and why.
func (s *Sepa) Propose(in sepa.Plan) (sepa.Proposal, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return sepa.Proposal{}, err
	}
	return h.Sepa.Propose(s.desk.ctx, who, in)
}

// BankFiles is a page of the files for the bank.
type BankFiles struct {
	Rows []sepa.BatchRow `json:"rows"`
	Next string          `json:"next"`
}

// Files gives a page of them, the newest first.
func (s *Sepa) Files(after string) (BankFiles, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return BankFiles{}, err
	}
	rows, next, err := h.Sepa.Batches(s.desk.ctx, who, after)
	return BankFiles{Rows: rows, Next: next}, err
}

// BankFile is one file with what stands in it.
type BankFile struct {
	Row    sepa.BatchRow    `json:"row"`
	SHA256 string           `json:"sha256"`
	MadeBy string           `json:"madeBy"`
	Lines  []sepa.BatchLine `json:"lines"`
	Open   int              `json:"open"`
	Early  bool             `json:"early"`
	Taken  string           `json:"taken"` // when it was first downloaded
	Href   string           `json:"href"`
}

func bankFile(b sepa.Batch) BankFile {
	return BankFile{Row: b.BatchRow, SHA256: b.SHA256, MadeBy: b.MadeBy, Lines: b.Lines, Open: b.Open, Early: b.Early, Taken: b.Taken, Href: "/files/sepa/" + b.PublicID + "/file.xml"}
}

// File gives one.
func (s *Sepa) File(id string) (BankFile, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return BankFile{}, err
	}
	b, err := h.Sepa.Batch(s.desk.ctx, who, id)
	return bankFile(b), err
}

// MakeDebits writes a file of direct debits.
func (s *Sepa) MakeDebits(in sepa.MakeDebits) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	b, err := h.Sepa.MakeDebits(s.desk.ctx, who, in)
	return s.fileDone("window.sepa.done.debits", b, err)
}

func (s *Sepa) fileDone(key string, b sepa.Batch, err error) (Done, error) {
	if err != nil {
		return Done{}, err
	}
	return Done{ID: b.PublicID, Number: b.Number, Message: s.desk.t(key, map[string]any{"number": b.Number, "amount": money.Amount{Minor: b.AmountMinor, Currency: rules.Currency}, "n": b.Orders})}, nil
}

// Confirm says that the bank did what a file asked.
func (s *Sepa) Confirm(in sepa.Confirm) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	b, err := h.Sepa.ConfirmBatch(s.desk.ctx, who, in)
	return s.fileDone("window.sepa.done.confirmed", b, err)
}

// Drop gives up a file that was not handed to the bank.
func (s *Sepa) Drop(in sepa.Drop) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Sepa.DropBatch(s.desk.ctx, who, in)
}

// ReturnReason is why a debit comes back.
type ReturnReason struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// Reasons lists them.
func (s *Sepa) Reasons() ([]ReturnReason, error) {
	list := []ReturnReason{}
	for _, code := range rules.Reasons() {
		list = append(list, ReturnReason{Code: code, Text: code + " – " + strings.TrimSuffix(s.desk.t("common.sepa.reason."+code, nil), ".")})
	}
	return list, nil
}

// Return notes a debit that came back.
func (s *Sepa) Return(in sepa.Return) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Sepa.ReturnDebit(s.desk.ctx, who, in)
}

// NotDone notes a transfer that the bank did not do, or that came back.
func (s *Sepa) NotDone(in sepa.NotDone) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Sepa.TransferNotDone(s.desk.ctx, who, in)
}

// DecideRefund decides to give money back by transfer.
func (s *Sepa) DecideRefund(in sepa.Decide) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Sepa.DecideRefund(s.desk.ctx, who, in)
}

// Refunds lists the refunds that wait for a file.
func (s *Sepa) Refunds() ([]sepa.Decided, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Sepa.DecidedRefunds(s.desk.ctx, who)
}

// DropRefund takes such a decision back.
func (s *Sepa) DropRefund(id string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Sepa.DropRefund(s.desk.ctx, who, id)
}

// MakeTransfers writes a file of the refunds that were decided.
func (s *Sepa) MakeTransfers(in sepa.MakeTransfers) (Done, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Done{}, err
	}
	b, err := h.Sepa.MakeTransfers(s.desk.ctx, who, in)
	return s.fileDone("window.sepa.done.transfers", b, err)
}

// sepaRoutes are the files for the bank, and what was signed.
func (a *App) sepaRoutes(mux *http.ServeMux) {
	mux.Handle("GET /files/sepa/{id}/file.xml", a.file(func(ctx context.Context, h *House, who actor.Actor, r *http.Request) (sales.File, error) {
		return h.Sepa.File(ctx, who, r.PathValue("id"))
	}))
	mux.Handle("GET /files/mandates/{id}/{what}", a.file(func(ctx context.Context, h *House, who actor.Actor, r *http.Request) (sales.File, error) {
		what := r.PathValue("what")
		if what != "signature" && what != "paper" {
			return sales.File{}, fault.New(fault.NotFound, "fault.not_found")
		}
		return h.Sepa.Evidence(ctx, who, r.PathValue("id"), what)
	}))
}
