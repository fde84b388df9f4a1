package payments

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/outbox"
	"comptoir/office/sales"
)

// brandNames are the names that people know; any other stands as the gateway writes it.
var brandNames = map[string]string{"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "cartes_bancaires": "CB", "discover": "Discover", "diners": "Diners Club", "jcb": "JCB", "unionpay": "UnionPay"}

// BrandName is what people call a card's brand.
func BrandName(brand string) string {
	if name := brandNames[brand]; name != "" {
		return name
	}
	return brand
}

// MethodWords names a kept method in a line of mails and pages: "Visa •••• 4242".
func MethodWords(lang, kind, brand, last4 string) string {
	key := "gateway.charging.method.card"
	if kind == KindDebit {
		key = "gateway.charging.method.debit"
	}
	return outbox.OneLine(locale.T(locale.Of(lang), key, map[string]any{"brand": BrandName(brand), "last4": last4}), 80)
}

// tellMethod mails the contact whose doing it was, else the customer's first one, that a method
// was added or given up: whoever did not do it learns of it.
func (s *Service) tellMethod(ctx context.Context, tx *db.Tx, kind outbox.Kind, who actor.Actor, m gen.KeptMethod) error {
	to, err := s.methodAddressee(ctx, tx, who, m)
	if err != nil || to.Email == "" {
		return err
	}
	today, err := company.Today(ctx, tx.Queries, tx.Now)
	if err != nil {
		return err
	}
	mail := outbox.Mail{Key: string(kind) + "/" + m.PublicID, Kind: kind, Lang: to.Lang, ToAddress: to.Email, ToName: to.Name, CustomerID: m.CustomerID, ContactID: to.ContactID,
		Args: map[string]string{"method": MethodWords(to.Lang, m.Kind, m.Brand, m.Last4), "on": today.String()}}
	if by := who.Name; who.Kind == actor.Contact && by != "" {
		mail.Args["by"] = by
	}
	if to.ContactID != 0 {
		if mail.LinkID, err = s.Sales.IssueLink(ctx, tx, to.ContactID, 0); err != nil {
			return err
		}
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, mail)
	return err
}

func (s *Service) methodAddressee(ctx context.Context, tx *db.Tx, who actor.Actor, m gen.KeptMethod) (sales.Addressee, error) {
	id := m.ContactID
	if who.Kind == actor.Contact {
		id = who.ContactID()
	}
	customer, err := tx.CustomerByID(ctx, m.CustomerID)
	if err != nil {
		return sales.Addressee{}, db.NotFound(err)
	}
	return customers.AddresseeOf(ctx, tx.Queries, customer, id)
}
