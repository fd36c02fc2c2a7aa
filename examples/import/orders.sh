# Commands of curl, to try: npx statusquo import curl examples/import/orders.sh
curl https://api.example.com/health

curl -sS -X POST 'https://api.example.com/orders' \
  -H 'Content-Type: application/json' -H "Authorization: Bearer $ORDERS_TOKEN" \
  --data-raw $'{"sku": "PROBE", "note": "it\'s a probe"}' --max-time 5 | jq .id

curl -L -u probe:not-a-secret -b 'session=not-a-secret' -k "https://admin.example.com/login" > /dev/null
