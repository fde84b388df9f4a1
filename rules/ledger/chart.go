package ledger

import (
	"embed"
	"encoding/csv"
	"errors"
	"slices"
	"sync"

	"comptoir/core/fault"
	"comptoir/core/locale"
)

// The roles that the posting rules of sales use; every chart has them (chart_test). Role
// names are the slugs of the French chart.
const (
	RoleCustomers   = "clients"
	RoleDeposits    = "acompte_recu"
	RoleRetention   = "retenue_garantie_client" // French chart only (loi 71-584)
	RoleCredits     = "client_avoir"
	RoleBank        = "banque"
	RoleCash        = "caisse"
	RoleCheques     = "cheques_a_encaisser"
	RoleGateway     = "autres_organismes" // what gateways hold until they pay it out (PCG 517)
	RoleGoods       = "vente_marchandises"
	RoleServices    = "prestations"
	RoleShipping    = "ports_factures"
	RoleTaxDue      = "tva_collectee"
	RoleTaxWaiting  = "tva_collectee_attente"
	RoleGST         = "tps_a_payer"
	RoleQST         = "tvq_a_payer"
	RoleHST         = "tvh_a_payer"
	RoleBankFees    = "frais_bancaires"
	RoleExchLoss    = "perte_change_commerciale"
	RoleExchGain    = "gain_change_commercial"
	RoleRoundDebit  = "ecart_paiement_debit"
	RoleRoundCredit = "ecart_paiement_credit"
	RoleLateFees    = "penalites_recues"
)

// Account is one account of a chart.
type Account struct {
	Code    string
	Label   string // in French
	LabelEN string // "" where the chart is French by law
	Nature  string // actif, passif, tiers, tva, regul, tresorerie, charge, produit
	Role    string
}

// LabelIn gives the label in a language.
func (a Account) LabelIn(lang locale.Lang) string {
	if locale.Of(lang) == locale.EN && a.LabelEN != "" {
		return a.LabelEN
	}
	return a.Label
}

// Journal is one journal of a new company.
type Journal struct {
	Code string
	Kind string // sales, purchases, bank, cash, general, opening
	Role string // of the account of a bank or cash journal
}

// LabelIn gives the journal's name in a language.
func (j Journal) LabelIn(lang locale.Lang) string {
	return locale.T(lang, "books.journal."+j.Code, nil)
}

// The journals (RF §5).
const (
	JournalSales     = "VE"
	JournalPurchases = "AC"
	JournalBank      = "BQ"
	JournalCash      = "CA"
	JournalGeneral   = "OD"
	JournalOpening   = "AN"
)

// Journals gives the journals that a new company starts with.
func Journals() []Journal {
	return []Journal{
		{JournalSales, "sales", ""}, {JournalPurchases, "purchases", ""}, {JournalBank, "bank", RoleBank},
		{JournalCash, "cash", RoleCash}, {JournalGeneral, "general", ""}, {JournalOpening, "opening", ""},
	}
}

//go:embed charts/*.csv
var chartFiles embed.FS

var charts = sync.OnceValue(func() map[string][]Account {
	out := map[string][]Account{}
	for _, name := range ChartNames() {
		out[name] = readChart(name)
	}
	return out
})

// ChartNames lists the charts: the French PCG of a small firm, Québec, anywhere else.
func ChartNames() []string { return []string{"fr_pcg", "ca_qc", "generic"} }

// Chart gives the accounts of a chart by code, or a fault for an unknown name.
func Chart(name string) ([]Account, error) {
	accounts, ok := charts()[name]
	if !ok {
		return nil, fault.New(fault.NotFound, "fault.not_found").With(errors.New("ledger: no chart named " + name))
	}
	return slices.Clone(accounts), nil
}

// readChart reads a shipped file; a broken one is a defect of the build.
func readChart(name string) []Account {
	f, err := chartFiles.Open("charts/" + name + ".csv")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		panic("ledger: chart " + name + ": " + err.Error())
	}
	accounts := make([]Account, 0, len(rows))
	for _, r := range rows[1:] {
		accounts = append(accounts, Account{Code: r[0], Label: r[1], LabelEN: r[2], Nature: r[3], Role: r[4]})
	}
	return accounts
}
