with by_period as (
    select o.organisation_code, o.organisation_name, o.icb_code, o.contract_type, o.opened_on, o.closed_on,
           r.return_code, r.contract_types, p.period_start, p.due_on,
           case when r.period = 'contract_year' then p.due_on else p.period_start end as open_from,
           case when r.period = 'contract_year' then p.due_on else p.period_end end as open_to
    from {{ source('plain', 'mandatory_return') }} as r
    join {{ source('plain', 'return_period') }} as p on p.return_code = r.return_code
    join {{ source('plain', 'organisation') }} as o on o.organisation_kind = r.owed_by
    where r.kind in ('periodic', 'declaration')
),
on_request as (
    select o.organisation_code, o.organisation_name, o.icb_code, o.contract_type, o.opened_on, o.closed_on,
           r.return_code, r.contract_types, q.requested_on as period_start, q.due_on,
           q.requested_on as open_from, q.requested_on as open_to
    from {{ source('plain', 'request') }} as q
    join {{ source('plain', 'mandatory_return') }} as r on r.return_code = q.return_code
    join {{ source('plain', 'organisation') }} as o on o.organisation_code = q.organisation_code
),
excused as (
    select return_code, period_start, scope, scope_value
    from {{ source('plain', 'notice') }}
    where kind in ('paused', 'exempt')
),
asked as (
    select * from by_period as b
    where not exists (
        select 1 from excused as e
        where e.return_code = b.return_code and e.period_start = b.period_start
          and (e.scope = 'national' or e.scope_value = b.icb_code)
    )
    union all
    select * from on_request
)
select organisation_code, organisation_name, return_code, period_start, due_on
from asked
where due_on < date '{{ var("as_of") }}'
  and coalesce(opened_on <= open_from, true) and coalesce(closed_on >= open_to, true)
  and (contract_type is null or contract_types = '' or contains(contract_types, contract_type))
