package outbox

// MethodAsked asks a customer to keep a method of payment. The link leads to the portal.
const MethodAsked Kind = "method_asked"
