/**
 * The meanings of `english.ts` in other languages: services answer in the language of their users.
 *
 * Stems, not strings. Text is folded before (lower case, no Latin or Greek accents), so accents are not written here;
 * `\b` is of use for Latin letters only.
 */
import type { Phrase } from "./phrases.ts";

/** One meaning, spelled by language; the alternatives are joined. */
function inTongues(means: string, weights: Phrase["weights"], ...stems: string[]): Phrase {
  const pattern = new RegExp(stems.join("|"));
  const about = means === EXISTS ? "exists" : means === FAILED ? "failed" : undefined;
  return about === undefined ? { pattern, means, weights } : { pattern, means, weights, about };
}

const EXISTS = "it is there already";
const FAILED = "it did not work";
const CONTAINER =
  "(?:container|contenedor|conteneur|contenitore|conteiner|kontener|kontejner|контейнер|容器|コンテナ|컨테이너)";
const STANDS_STILL =
  "(?:lauft nicht|nicht gestartet|gestoppt|angehalten|pausiert|no esta (?:en ejecucion|corriendo|iniciad)|detenid|pausad|arrete|en pause|pas (?:en cours d'execution|demarre)|non e (?:in esecuzione|avviat)|fermat|nao esta (?:em execucao|rodando)|parad[oa]|niet actief|draait niet|gestopt|nie (?:jest )?(?:uruchomion|dziala)|zatrzyman|wstrzyman|не запущен|не работает|остановлен|приостановлен|未运行|没有运行|未启动|已停止|已暂停|未運行|停止|起動していません|実行されていません|실행되지|실행 중이 아|중지)";

export const TONGUES: readonly Phrase[] = [
  inTongues(
    EXISTS,
    { "duplicate-resource": 4 },
    "\\b(?:bereits|schon) (?:vorhanden|vergeben|registriert|belegt|angelegt|existier|in verwendung|verwendet)|existiert (?:bereits|schon)|\\bdoppelt|eindeutig",
    "existe(?:nt)? deja|deja (?:utilise|pris|enregistre|existant|present|attribue|inscrit)|\\bdoublon|(?:doit|doivent) etre unique",
    "\\bya (?:existe|esta (?:en uso|registrad|siendo (?:usad|utilizad)|vinculad|asociad|inscrit|asignad)|ha(?:n)? sido (?:registrad|tomad|usad|utilizad)|registrad|se encuentra registrad)|duplicad|(?:debe|deben) ser unic",
    "\\bja (?:existe|esta (?:em uso|cadastrad|registrad|sendo (?:usad|utilizad)|vinculad|associad|inscrit|matriculad)|foi (?:registrad|cadastrad|usad|utilizad)|cadastrad)|deve ser unic",
    "esiste gia|\\bgia (?:esistente|presente|in uso|registrat|utilizzat)|duplicat[oaie]\\b|univoc",
    "bestaat (?:al|reeds)|(?:al|reeds) (?:in gebruik|aanwezig|geregistreerd|bezet|gebruikt)|\\bdubbel",
    "juz istniej|(?:jest )?juz (?:zajet|uzywan|zarejestrowan)|duplikat|zduplikowan|unikaln|unikatow",
    "finns redan|redan (?:registrerad|upptag|anvand)|(?:findes|eksisterer|finnes) allerede|allerede (?:registrer|i bru|optaget|i bruk)",
    "(?:jiz|uz) existuje|duplicitni|mar letezik|on jo (?:olemassa|kayt)|exista deja|υπαρχει ηδη|ηδη υπαρχει",
    "\\bon jo (?:varattu|kaytossa|rekisteroity)|\\bmar (?:foglalt|hasznalatban|regisztral|letez)|deja (?:folosit|inregistrat|rezervat)|vec (?:postoji|zauzet|u upotrebi|registr)|ze obstaja|juba (?:olemas|kasutus|registreer)|jau (?:eksiste|pastav|izmantot|registr|egzistuoja|naudojam|uzregistr|uzimt)|\\bja existeix|schon da\\b|gibt es (?:schon|bereits)|gleiche[mnrs]? (?:name|nummer|e-mail|\\w{0,16}nummer)|meme (?:nom|adresse|numero|identifiant)|mismo (?:nombre|correo|numero)|mesmo (?:nome|e-?mail|numero)|stess[oa] (?:nome|email|indirizzo)|zelfde (?:naam|e-mail)",
    "zaten (?:mevcut|var|kay[ıi]tl|kullan[ıi]l|al[ıi]nm)|benzersiz",
    "аль хэдийн|вече (?:съществува|е (?:зает|регистриран)|се използва)|(?:такой|такая|такое|с таким)[^.]{0,30}(?:уже|есть)|ηδη (?:χρησιμοποι|καταχωρ|δεσμευ)",
    "уже (?:существует|занят|используется|зарегистрирован|есть|создан|добавлен)|(?:вже|уже) (?:існує|використовується|зареєстрован|зайнят)|дубл[иі]|уникальн|унікальн",
    "(?:既に|すでに)(?:存在|登録|使用|使われ|利用)|登録済み|使用済み|重複|一意",
    "이미[^.]{0,18}(?:존재|등록|사용(?!자)|있는|가입)|중복",
    "已(?:经|經)?(?:存在|被占用|被使用|被注册|被註冊|注册|註冊|占用|有(?!.{0,14}(?:在|正在|进行|執行|执行)))|(?<!勿|不要|避免)重[复複]|必须唯一|唯一(?:约束|性|键)",
    "[dđ]a (?:ton tai|[dđ]uoc (?:su dung|[dđ]ang ky))|(?:sudah|telah) (?:ada|terdaftar|digunakan|dipakai|wujud)|มีอยู่แล้ว|(?:ใช้|ลงทะเบียน|ซื้อ|สมัคร)[^.]{0,24}(?:แล้ว|ไปแล้ว)|ซ้ำ|(?:موجود|مستخدم|مسجل|محجوز)[^.]{0,14}(?:بالفعل|مسبق|من قبل)|مكرر|تکراری|(?:از )?قبلا|از قبل|כבר (?:קיי|תפוס|בשימוש|רשו|נמצא)|पहले (?:से|ही)|ইতিমধ্যে|ஏற்கனவே|mayroon na|وجود دارد|art[ıi]q (?:movcud|istifad|qeyd)|pehle se",
  ),
  inTongues(
    "something else still needs it",
    { "invalid-state": 3.4 },
    "wird (?:noch |derzeit |gerade )?(?:von|durch|verwendet|benutzt|genutzt)|werden (?:noch )?(?:verwendet|benutzt)|noch in (?:verwendung|benutzung|gebrauch)|nicht leer|abhangig|verknupft",
    "(?:est|sont|encore) utilise|utilisee?s? par|en cours d'utilisation|(?:pas|non) vide|depend(?:ant|ent)|associee?s? a",
    "siendo (?:usad|utilizad)|en uso por|utilizad[oa]s? por|no esta vaci|depende|(?<!ya esta )asociad",
    "sendo (?:usad|utilizad)|em uso por|utilizad[oa]s? por|nao esta vazi|(?<!ja esta )(?:associad|vinculad)",
    "in uso da|utilizzat[oa] da|non e vuot|dipend|associat",
    "in gebruik door|wordt (?:nog )?gebruikt|niet leeg|gekoppeld",
    "(?:jest|sa) uzywan[^.]{0,20} przez|nie jest pust|powiazan|zalez",
    "используется (?:в|друг|други|для)|не пуст|связан|зависи|використовується в",
    "(?<!既に|すでに)使用中|使用されて(?:いる|い)|空では|空でな|依存|参照され",
    "(?<!이미 )사용 ?중|사용되고|비어 있지|참조",
    "正在(?:被)?使用|在使用|使用中|非空|不为空|不為空|被引用|依赖|关联|關聯|仍有",
    "enthalt noch|contient encore|contiene (?:aun|todavia|ancora)|ainda (?:contem|possui|tem|ha)|(?:bevat|heeft) nog|zawiera jeszcze|innehaller fortfarande|har fortsatt|har stadig|sisaltaa (?:viela|edelleen)|nem ures|obsahuje|neni prazdn|contine inca|содержит|имеются|остались|вмістить|下に|残って|仍有|还有|尚有|남아 ?있|vinculad|masih (?:ada|memiliki|terdapat)|van con|لا يزال",
    "kullan[ıi]mda|taraf[ıi]ndan kullan|bo[sş] de[gğ]il|[dđ]ang [dđ]uoc su dung|masih digunakan",
  ),
  inTongues(
    "its state stands against it",
    { "invalid-state": 2.9 },
    "nicht (?:moglich|erlaubt|zulassig|aktiv|gefunden|freigegeben)|existiert nicht|nicht (?:vorhanden|existier)|(?:bereits|schon) (?:abgeschlossen|storniert|geschlossen|versendet|versandt|bezahlt|beendet|veroffentlicht|geloscht|archiviert|erledigt|bestatigt|gestartet|verarbeitet)|kann nicht|konnen nicht|ungultige[rsn]? (?:status|zustand)|im (?:status|zustand)|deaktiviert|abgelaufen|muss zuerst|fehlt\\b",
    "ne (?:peut|peuvent|permet)|impossible|deja (?:ete )?(?:termine|annule|expedie|paye|cloture|ferme|valide|publie|traite|rembourse|supprime|archive|confirme)|n'existe (?:pas|plus)|introuvable|desactive|\\betat\\b|\\bstatut\\b|expiree?\\b|non (?:autorise|permis)|pas (?:autorise|permis|actif|active)",
    "no (?:se puede|puede|pueden|es posible|existe|se encontr|esta (?:permitid|habilitad|activ))|\\bya (?:ha sido |fue |esta |se ha )?(?:cancelad|completad|cerrad|enviad|pagad|finalizad|publicad|procesad|eliminad|confirmad|aprobad)|\\bestado\\b|deshabilitad|desactivad|expirad|caducad|inexistente",
    "nao (?:pode|podem|e possivel|existe|foi encontrad|permitid|esta (?:ativ|habilitad))|\\bja (?:foi |esta )?(?:cancelad|concluid|finalizad|enviad|pag[oa]\\b|encerrad|fechad|processad|aprovad)|\\bsituacao\\b|desativad",
    "non (?:puo|possono|e possibile|esiste|consentit|attiv|trovat)|\\bgia (?:stat[oa] )?(?:annullat|completat|chius|pagat|spedit|pubblicat|elaborat)|\\bstato (?:attuale|corrente|non|dell)|nello stato|disattivat|scadut",
    "kan niet|kunnen niet|niet (?:toegestaan|mogelijk|gevonden)|bestaat niet|(?:al|reeds) (?:geannuleerd|voltooid|gesloten|verzonden|betaald|verwerkt)|verlopen|uitgeschakeld",
    "nie (?:mozna|moze|istnieje|znaleziono|jest (?:mozliw|dozwolon))|juz (?:anulowan|zakonczon|zamkniet|oplacon|wyslan)|\\bw stanie\\b|kan (?:inte|ikke)|redan (?:avslut|betal|skickad)|nelze|neexistuje",
    "yap[ıi]lamaz|edilemez|silinemez|m[uü]mk[uü]n de[gğ]il|bulunamad|zaten (?:iptal|tamamlan|kapat|gonderil|odendi)|\\bdurum(?:u|da)",
    "нельзя|невозможно|неможливо|не (?:может|могут|існує|существует|найден|разрешен|активен|допускается)|уже (?:завершен|завершён|отменен|отменён|закрыт|оплачен|отправлен|удален|удалён|опубликован|запущен|выполнен|подтвержден)|состояни|статус|отключен|истек",
    "できません|できない|存在しません|存在しない|見つかりません|(?:既に|すでに)(?:完了|キャンセル|終了|発送|支払|公開|削除|処理|承認)|状態|無効",
    "수 없습니다|할 수 없|존재하지|찾을 수 없|이미\\s?(?:완료|취소|종료|처리|결제|배송|삭제)|상태|비활성",
    "不能|无法|無法|不可|不允许|不允許|不存在|未找到|找不到|已(?:经|經)?(?:完成|取消|关闭|關閉|支付|发货|结束|結束|发布|删除|刪除|处理|过期|停用)|状态|狀態|禁用|未启用|未啟用",
    "\\bei (?:voi|voida|ole|saa|loydy)\\b|on jo (?:paattynyt|maksettu|peruttu|suljettu|toimitettu|kaytetty)|\\bnem (?:lehet|torolheto|modosithato|engedelyez|talalhato|letez)|mar (?:lezar|torol|kifizet|teljesit|lemond)|neni mozn|nemuze|nesmi|nemozno|nemoze|(?:jiz|uz) (?:dokoncen|zrusen|odeslan|zaplacen|uzavren)|\\bnu (?:poate|se poate|exista|este)|deja (?:anulat|finalizat|platit|inchis|trimis)|ne moze|не може|allerede (?:afslut|avslut|betalt|sendt|lukket|annuller|kanseller)|redan (?:stangd|makuler|levererad)|(?:sudah|telah) (?:dibatalkan|selesai|dikirim|dibayar|ditutup|diproses|diambil|kedaluwarsa)|[dđ]a (?:(?:bi|duoc) )?(?:huy|hoan thanh|thanh toan|chuyen doi|ket thuc|dong\\b|gui\\b)|plus (?:valide|possible|disponible|actif)|kein(?:e[nrs]?)? [^.]{2,30} mehr|gia (?:iniziat|finit|usat)|غير (?:موجود|مسموح|متاح|نشط|صالح)|انتهت|לא ניתן|אי אפשר|नहीं|نمی|نیست|যাবে না|売り切れ|매진|期限が切れ|期限切れ|満席|품절|마감|已(?:经|經)?(?:退款|撤销|撤回|归还|审核|确认|使用|结算|发送|签收|下架|售罄|满|滿)",
    "khong the|khong ton tai|tidak (?:dapat|bisa|ditemukan)|لا يمكن|ไม่สามารถ|δεν (?:μπορει|υπαρχει|ειναι)",
  ),
  inTongues(
    FAILED,
    { "invalid-state": 0.5 },
    "konnten? nicht|fehlgeschlagen|no se (?:pudo|pudieron|ha podido)|nao foi possivel|n'a(?:i)? pas pu|a echoue|non e stato possibile|non riuscit|mislukt|nie udalo|не удалось|не вдалося|できませんでした|失敗|실패|失败|khong thanh cong|gagal|basarisiz",
  ),
  inTongues(
    "what exists stands against it",
    { "duplicate-resource": 2.8 },
    "(?:choca|conflicto|colision|konflikt|kollidiert|collision|conflit|conflito|conflitto)[^.]{0,24}(?:existent|existant|vorhanden|bestehend|esistent)",
  ),
  inTongues(
    "something is under way, or waiting is asked for",
    { race: 3.2, "duplicate-resource": -1.6 },
    "\\b(?:gerade|derzeit|momentan)\\b|in bearbeitung|lauft (?:bereits|noch|gerade)|gleichzeitig|spater (?:erneut|noch|wieder)|bitte warten|\\bgesperrt",
    "en cours(?! d'(?:utilisation|execution))|verrouill|occupee?\\b|simultane|concurrent|plus tard|patient",
    "en (?:curso|progreso|proceso)|bloquead|simultane|concurren|mas tarde|espere|siendo (?!usad|utilizad)\\w{3,14}d[oa]|esta (?:procesad|modificad|actualizad)",
    "em (?:andamento|curso|progresso|processamento)|mais tarde|aguarde|concorren|sendo (?!usad|utilizad)\\w{3,14}d[oa]",
    "in (?:corso|elaborazione)|bloccat|piu tardi|attend(?:ere|i)|concorren",
    "\\bbezig\\b|vergrendeld|gelijktijdig|later opnieuw|momenteel",
    "w trakcie|zablokowan|jednoczes|wspolbiezn|pozniej|pagar|laases? av|last av|pagaar|senere|senare|probiha|pozdeji",
    "wird (?:schon|bereits|gerade|noch) (?:ausgefuhrt|verarbeitet|bearbeitet|erstellt|geloscht|aktualisiert)|schon gestartet|w toku|\\bi gang\\b|igang(?:v|s)|upptagen|forsok igen senare|\\bkesken\\b|kaynnissa|odota|myohemmin|lukit|folyamatban|zarol|kesobb|in (?:curs|desfasurare)|blocat|mai tarziu|zamcen|pozdeji|u tijeku|заключен|изпълнява|σε εξελιξη|κλειδωμεν|αργοτερα|sedang|terkunci|tunggu|[dđ]ang (?:chay|thuc hien|tien hanh|[^.]{0,12}xu ly)|vui long (?:thu lai|[dđ]oi)|กำลัง|ภายหลัง|โปรดรอ|جار[يٍ]|يرجى الانتظار|لاحق|مقفل|בתהליך|נעול|प्रगति|बाद में|प्रतीक्षा|در حال|قفل|su anda|şu anda|lutfen bekle|в обработке|в очереди|идет |идёт ",
    "在(?:执行|運行|运行|队列|排队|处理)|排队|(?:勿|不要|避免)重[复複](?:提交|操作|请求)|實行中|작업 중|대기 ?중",
    "devam ed|i[sş]leniyor|kilit|ayn[ıi] anda|e[sş] ?zamanl|daha sonra",
    "выполняется|в процессе|заблокирован|одновременн|параллельн|позже|пізніше|подождите|обрабатывается|обробляється",
    "処理中|実行中|進行中|ロック|同時|後で|しばらく|お待ち",
    "진행 ?중|처리 ?중|실행 ?중|잠금|잠겨|동시|나중에|잠시",
    "正在(?:进行|進行|处理|處理|执行|執行|创建|删除|更新|操作|同步|部署|运行中)|进行中|進行中|处理中|處理中|执行中|锁定|被锁|鎖定|并发|並發|同时|同時|稍后|稍候|稍後",
    "[dđ]ang (?:duoc )?xu ly|thu lai sau|sedang (?:diproses|berjalan)|قيد (?:التنفيذ|المعالجة)",
  ),
  inTongues(
    "another writer is named",
    { race: 1.4, "stale-version": 0.7 },
    "\\bander(?:er|en|es|e) (?:vorgang|benutzer|prozess|anfrage|auftrag|sitzung)|(?:durch|von) (?:jemand|einen? ander|einem ander|einer ander)",
    "autre (?:operation|requete|tache|processus|utilisateur)|otr[oa] (?:operacion|solicitud|peticion|proceso|usuario)|outr[oa] (?:operacao|requisicao|solicitacao|processo|usuario)|altr[oa] (?:operazione|richiesta|processo|utente)",
    "andere? (?:bewerking|gebruiker|proces|verzoek)|inn(?:y|a|e|ego|ym) (?:proces|operacj|uzytkownik|zadani)|annan anvandare|annen bruker|anden bruger|ba[sş]ka bir (?:i[sş]lem|kullan)",
    "друг(?:ой|ая|им|ого|ую|ой) (?:операци|процесс|пользовател|запрос|транзакц)|іншим користувач|(?:別の|他の)(?:操作|処理|ユーザ|プロセス|リクエスト)|다른 (?:작업|요청|사용자|프로세스|기기)|jin(?:y|ym|a|ou) (?:uzivatel|proces|operac|pozadav)|mas(?:ik)? felhasznalo|toinen (?:kayttaja|toiminto)|alt (?:utilizator|proces)|pengguna lain|proses lain|nguoi (?:dung )?khac|ผู้ใช้อื่น|مستخدم آخر|משתמש אחר|其他(?:操作|用户|任务|进程|请求|人)|另一个|另一個|他人",
  ),
  inTongues(
    "trying again is asked for",
    { race: 0.9 },
    "erneut versuch|noch ?mal(?:s)? versuch|reessaye|intente(?:lo)? (?:de nuevo|nuevamente)|tente novamente|riprova|opnieuw|sprobuj ponownie|повторите|再試行|もう一度|다시 시도|重试|重試|coba lagi|thu lai|ลองใหม่|أعد المحاولة|حاول مجدد|נסה שוב",
  ),
  inTongues(
    "it changed since it was read",
    { "stale-version": 3, race: 0.5 },
    "zwischenzeitlich|inzwischen|in der zwischenzeit|veraltet|versionskonflikt|neu (?:laden|geladen)|(?:wurde|ist)\\b[^.]{0,40}\\b(?:geandert|bearbeitet|aktualisiert)|version[^.]{0,30}(?:stimmt nicht|nicht uberein|passt nicht)",
    "(?:a|ont) ete (?:modifie|mise? a jour|change)|entre-temps|entretemps|obsolete|perime|recharge|conflit de version|(?:pas|plus) a jour|version[^.]{0,30}(?:ne correspond|differe)",
    "(?:ha sido|fue|han sido) (?:modificad|actualizad|cambiad)|desactualizad|obsolet|recargu|conflicto de version|version[^.]{0,30}(?:no coincide|diferente|anterior|antigua)",
    "foi (?:modificad|alterad|atualizad)|desatualizad|recarregue|conflito de versao|versao[^.]{0,30}(?:nao (?:coincide|corresponde)|diferente|anterior|antiga)",
    "(?:e|stata|stato) (?:stat[oa] )?(?:modificat|aggiornat)|non aggiornat|ricaric|conflitto di version|versione[^.]{0,30}(?:non corrisponde|diversa|precedente)",
    "(?:inmiddels|ondertussen|intussen)|verouderd|(?:is|werd) gewijzigd|versie[^.]{0,30}(?:komt niet overeen|verschilt)",
    "zosta[lł][ao]?\\b[^.]{0,20}(?:zmienion|zmodyfikowan|zaktualizowan)|nieaktualn|przestarzal|wersj[aię][^.]{0,30}(?:nie zgadza|inna|starsza)|har (?:andrats|endret|ændret)|foraldrad|zastaral",
    "(?:a|ont) (?:change|evolue)|depuis (?:votre|la derniere|que vous)|plus recente?|mas reciente|mais recente|piu recente|neuere? (?:version|fassung|stand)|seit (?:dem|ihrem|deinem) (?:letzten )?(?:laden|lesen|offnen)|nowsz[aey] wersj|nyare version|nyere versjon|er (?:blevet )?(?:ændret|opdateret|endret|oppdatert)|uusi versio|muuttunut|muutettu|paivitetty|vanhentun|(?:mezitim|medzitym)|byl[aoy]? (?:mezitim )?(?:zmen|uprav|aktualiz)|megvaltoz|modositott|elavult|(?:a|au) fost (?:modificat|actualizat|schimbat)|invechit|telah (?:diubah|diperbarui|dimodifikasi)|muat ulang|[dđ]a (?:bi |duoc )?(?:thay [dđ]oi|cap nhat|chinh sua)|tai lai|τροποποιηθ|αλλαξε|ενημερωθ",
    "новее|новейш|более нов|изменил(?:ся|ись|ась)?|обновил|(?:他の|別の)(?:人|ユーザー?|利用者|端末)[^。]{0,16}(?:更新|変更|編集|保存)|(?:更新|変更|編集)しました|ถูก(?:แก้ไข|เปลี่ยน)|เวอร์ชัน|تم (?:تعديل|تحديث|تغيير)|بسبب تغير|(?:أعد|إعادة) تحميل|השתנה|עודכן|먼저 (?:수정|변경)|(?:在|被)其他|最新内容|已(?:经)?(?:变化|變動|变动)|版本已",
    "de[gğ]i[sş]tirildi|g[uü]ncellen(?:di|mi)|s[uü]r[uü]m[^.]{0,20}(?:uyu[sş]mu|eski)|guncel degil",
    "был[аои]? (?:уже )?(?:изменен|изменён|обновлен|обновлён)|изменен[аоы]? (?:другим|с момента)|устарел|верси[яию][^.]{0,40}(?:не совпада|отлича|не соответ)|застаріл|був змінен",
    "(?:変更|更新|編集)され(?:まし|てい|た)|古い|バージョンが|最新(?:の|では)|リロード|再読み込み",
    "(?:변경|수정|업데이트)되었|버전이|최신|새로 ?고침",
    "已(?:经)?被?(?:修改|更新|更改|变更|變更)|版本(?:号)?(?:不|冲突|衝突|已|过)|刷新|重新加载|不是最新",
  ),
  inTongues(
    "two contents do not merge",
    { "file-or-merge": 4 },
    "merge-?konflikt|zusammenfuhr|prufsumme|conflits? (?:de|lors de la) fusion|fusionne|somme de controle|conflictos? (?:de|al) (?:fusion|merge)|suma de (?:verificacion|comprobacion)|conflitos? (?:de|ao) (?:mesclagem|merge|mesclar)|soma de verificacao|conflitt[oi] di (?:merge|unione)|konflikt scalania|слияни[ея]|контрольн(?:ая|ой) сумм|マージ|チェックサム|병합|체크섬|合并冲突|合併衝突|无法合并|自动合并|校验和",
  ),
  inTongues(
    "the container does not run",
    { "container-not-running": 5 },
    `${CONTAINER}[^;]{0,80}${STANDS_STILL}`,
    `${STANDS_STILL}[^;]{0,30}${CONTAINER}`,
  ),
];
