-- locks: templates, shortly
-- takes: milliseconds; a table of a few hundred rows is read once
-- Templates are written for every channel that a step can send by.
alter table templates drop constraint templates_channel_check;
alter table templates add constraint templates_channel_check check (channel in ('email', 'sms', 'push', 'web_push', 'whatsapp', 'onsite'));
