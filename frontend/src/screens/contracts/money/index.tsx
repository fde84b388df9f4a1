// A contract's money: what it is worth, invoiced, paid and left; its schedule, of which papers are made in a click.
export { ContractOf } from './ContractOf';
export { MilestoneMoney } from './MilestoneMoney';
export { MoneyCard } from './MoneyCard';
export { ScheduleTab } from './ScheduleTab';
