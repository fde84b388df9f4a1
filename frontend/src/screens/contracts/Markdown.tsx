import css from './contracts.module.css';

/** Words of the firm or of a customer as Go rendered and cleaned them (edge/mail's Markdown, bluemonday): headings, lists, links, nothing that runs. */
export const Markdown = ({ html }: { html: string }) => <div className={css.markdown} dangerouslySetInnerHTML={{ __html: html }} />;
