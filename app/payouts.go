package app

import "comptoir/office/payments"

// Money gives what each gateway holds of the firm's money, and what it paid out last.
func (s *Gateways) Money() ([]payments.GatewayMoney, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return []payments.GatewayMoney{}, err
	}
	list, err := h.Payments.GatewayMoney(s.desk.ctx, who)
	if list == nil {
		list = []payments.GatewayMoney{}
	}
	return list, err
}

// RecordPayout books a payout that was seen on the bank account, and tells how things stand then.
func (s *Gateways) RecordPayout(in payments.RecordPayout) ([]payments.GatewayMoney, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return []payments.GatewayMoney{}, err
	}
	if err := h.Payments.RecordPayout(s.desk.ctx, who, in); err != nil {
		return []payments.GatewayMoney{}, err
	}
	return s.Money()
}

// CancelPayout takes back one that was written down by hand.
func (s *Gateways) CancelPayout(id string) ([]payments.GatewayMoney, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return []payments.GatewayMoney{}, err
	}
	if err := h.Payments.CancelPayout(s.desk.ctx, who, id); err != nil {
		return []payments.GatewayMoney{}, err
	}
	return s.Money()
}
