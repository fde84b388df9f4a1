package portal

import (
	"net/http"
	"slices"

	"comptoir/core/fault"
	"comptoir/office/payments"
)

// methods lists what the customer keeps to pay with: brand, last four, expiry.
func (p *Portal) methods(v *visit) error {
	kept, err := p.Payments.KeptMethods(v.r.Context(), v.who, "")
	if err != nil {
		return err
	}
	saves, names := v.identity().terms.Saves, []string{}
	for _, w := range saves {
		names = append(names, w.Way)
	}
	v.mayLeaveFor(names)
	return v.show(http.StatusOK, v.T("portal.method.title"), methodsPage(v, kept, saves, v.notice("ajoute", "retire", "defaut")))
}

// keptMethod finds one of the customer's own; any other is not found.
func (p *Portal) keptMethod(v *visit) (payments.Kept, int, error) {
	kept, err := p.Payments.KeptMethods(v.r.Context(), v.who, "")
	if err != nil {
		return payments.Kept{}, 0, err
	}
	i := slices.IndexFunc(kept, func(k payments.Kept) bool { return k.PublicID == v.r.PathValue("id") })
	if i < 0 {
		return payments.Kept{}, 0, fault.New(fault.NotFound, "fault.not_found")
	}
	return kept[i], len(kept), nil
}

// method shows one, with what it pays by itself: what is lost when it is given up.
func (p *Portal) method(v *visit) error {
	k, all, err := p.keptMethod(v)
	if err != nil {
		return err
	}
	var pays []string
	if p.MethodPays != nil {
		if pays, err = p.MethodPays(v.r.Context(), v.who, k.PublicID); err != nil {
			return err
		}
	}
	return v.show(http.StatusOK, v.methodName(k), methodPage(v, k, all, pays))
}

// saveMethod leads to the gateway's page that only keeps a method.
func (p *Portal) saveMethod(v *visit) error {
	done, err := p.callGateway(v)
	if err != nil {
		return err
	}
	defer done()
	i, err := p.Payments.SaveMethod(v.r.Context(), v.who, payments.SaveMethod{Key: v.key(), Gateway: cut(v.r.PostForm.Get("moyen"), 40), ReturnURL: v.origin() + "/reglement/{id}/retour"})
	if err != nil {
		return err
	}
	return p.goOn(v, i)
}

func (p *Portal) defaultMethod(v *visit) error {
	if err := p.Payments.MakeDefault(v.r.Context(), v.who, v.r.PathValue("id")); err != nil {
		return err
	}
	v.redirect("/modes-de-paiement?fait=defaut")
	return nil
}

func (p *Portal) deleteMethod(v *visit) error {
	done, err := p.callGateway(v)
	if err != nil {
		return err
	}
	defer done()
	if err := p.Payments.DeleteMethod(v.r.Context(), v.who, v.r.PathValue("id")); err != nil {
		return err
	}
	v.redirect("/modes-de-paiement?fait=retire")
	return nil
}
