<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>About</name>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>Watchword {version}</source>
        <translation>Watchword {version}</translation>
    </message>
    <message>
        <source>Apache-2.0. It is made with, under their own licences:</source>
        <translation>Apache-2.0。以下组成部分各自遵循其许可：</translation>
    </message>
    <message>
        <source>Who may change it</source>
        <translation>谁可以更改</translation>
    </message>
    <message>
        <source>your company</source>
        <translation>你的公司</translation>
    </message>
    <message>
        <source>The relay passes sealed messages on. It cannot read them, nor the name of the room.</source>
        <translation>中继只转交封存的消息，读不到内容，也读不到群聊的名称。</translation>
    </message>
    <message>
        <source>What you write is sealed for each person apart, in the passphrase session with them. Those with whom you have none get nothing from you, and you nothing from them.</source>
        <translation>你写的内容会在你与每个人的口令会话中分别封存。没有会话的人收不到你的消息，你也收不到他们的。</translation>
    </message>
    <message>
        <source>What is written here is sealed once for everybody who is in, by {company}&apos;s own encryption, and the relay gives it to them only.</source>
        <translation>这里写的内容由 {company} 自己的加密为群内所有人封存一次，中继只交给他们。</translation>
    </message>
    <message>
        <source>{name}, as auditor, can read it too.</source>
        <translation>{name} 作为审计方也可以阅读。</translation>
    </message>
    <message>
        <source>Who is taken out gets nothing more. They still hold {company}&apos;s keys: should somebody hand them a sealed message, they could open it. For that, {company} changes its keys.</source>
        <translation>被移出的人不会再收到任何内容。他们仍持有 {company} 的密钥：如果有人把封存的消息交给他们，他们仍能打开。要防止这一点，需由 {company} 更换密钥。</translation>
    </message>
    <message>
        <source>Owners invite people, take them out and rename the room: {names}.</source>
        <translation>群主可以邀请、移出成员和重命名群聊：{names}。</translation>
    </message>
    <message>
        <source>Whether somebody joins, declines or leaves, only they can say themselves.</source>
        <translation>是否加入、谢绝或退出，只能由本人决定。</translation>
    </message>
    <message>
        <source>At most {count} people.</source>
        <translation>最多 {count} 人。</translation>
    </message>
    <message>
        <source>The relay keeps messages for people who are away. After this time it is asked to delete them: whoever was away for longer does not get them. What has arrived on a computer stays there.</source>
        <translation>中继会为不在线的人保留消息。超过这段时间，便请求中继删除：离线更久的人不会收到。已到达电脑的消息会留在那里。</translation>
    </message>
    <message>
        <source>Set by the company or the relay</source>
        <translation>由公司或中继设定</translation>
    </message>
    <message>
        <source>Set by the relay</source>
        <translation>由中继设定</translation>
    </message>
    <message>
        <source>How long the relay keeps messages</source>
        <translation>中继保留消息多久</translation>
    </message>
</context>
<context>
    <name>Account</name>
    <message>
        <source>Account</source>
        <translation>账户</translation>
    </message>
    <message>
        <source>Your id</source>
        <translation>你的 ID</translation>
    </message>
    <message>
        <source>Others type it to ask you for a conversation.</source>
        <translation>别人输入它，就能请求与你对话。</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>The key of this profile is sealed under your master passphrase.</source>
        <translation>此配置的密钥由你的主口令封存。</translation>
    </message>
    <message>
        <source>The key of this profile is kept in the keyring of this computer.</source>
        <translation>此配置的密钥保存在这台电脑的密钥环中。</translation>
    </message>
    <message>
        <source>The key of this profile is kept in {keyring}.</source>
        <translation>此配置的密钥保存在 {keyring} 中。</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
</context>
<context>
    <name>AccountStep</name>
    <message>
        <source>Choose an id. Others type it when they want to talk to you.</source>
        <translation>请选一个 ID。别人想和你对话时，就输入它。</translation>
    </message>
    <message>
        <source>Your id</source>
        <translation>你的 ID</translation>
    </message>
    <message>
        <source>Invite</source>
        <translation>邀请码</translation>
    </message>
    <message>
        <source>This relay admits invited people only. Whoever runs it gives invites.</source>
        <translation>这个中继只接纳受邀的人。邀请码由运营中继的人提供。</translation>
    </message>
    <message>
        <source>Asking the relay…</source>
        <translation>正在询问中继…</translation>
    </message>
    <message>
        <source>Your id will be “{account}”: it is free.</source>
        <translation>你的 ID 将是“{account}”，可以使用。</translation>
    </message>
    <message>
        <source>“{account}” is free.</source>
        <translation>“{account}”可以使用。</translation>
    </message>
</context>
<context>
    <name>AddContact</name>
    <message>
        <source>Add a contact</source>
        <translation>添加联系人</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名字</translation>
    </message>
    <message>
        <source>Only you see it. Without one, the id is shown.</source>
        <translation>只有你看得到。不填则显示 ID。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>The person you add is not told.</source>
        <translation>对方不会收到通知。</translation>
    </message>
    <message>
        <source>This is the id {id}.</source>
        <translation>即 ID {id}。</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>{contact} is in your contacts already.</source>
        <translation>{contact} 已在你的联系人中。</translation>
    </message>
</context>
<context>
    <name>Advice</name>
    <message>
        <source>Pass it on by another way than Watchword. Use it only once.</source>
        <translation>请用 Watchword 以外的方式告诉对方。只用一次。</translation>
    </message>
    <message>
        <source>In person</source>
        <translation>当面</translation>
    </message>
    <message>
        <source>On a call</source>
        <translation>打电话</translation>
    </message>
    <message>
        <source>Another encrypted channel</source>
        <translation>其他加密渠道</translation>
    </message>
</context>
<context>
    <name>Appearance</name>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
</context>
<context>
    <name>Bars</name>
    <message>
        <source>{contact} opened this session with another key than before. A new computer does that, and so does somebody else who knows the phrase. Ask {contact} by another way before you accept.</source>
        <translation>{contact} 这次开启会话所用的密钥与以前不同。换了新电脑会这样，别人知道了口令也会这样。接受之前，请用其他方式向 {contact} 确认。</translation>
    </message>
    <message>
        <source>Accept the key</source>
        <translation>接受密钥</translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>No word came that {contact}&apos;s computer has one message, and the relay keeps it no longer. If {contact} uses another computer now, start a new conversation.</source>
        <translation>有一条消息没有收到 {contact} 的电脑已接收的回音，中继也已不再保留它。如果 {contact} 现在用的是另一台电脑，请发起新对话。</translation>
    </message>
    <message>
        <source>No word came that {contact}&apos;s computer has {count} messages, and the relay keeps them no longer. If {contact} uses another computer now, start a new conversation.</source>
        <translation>有 {count} 条消息没有收到 {contact} 的电脑已接收的回音，中继也已不再保留它们。如果 {contact} 现在用的是另一台电脑，请发起新对话。</translation>
    </message>
    <message>
        <source>One message was not delivered before the last session ended.</source>
        <translation>有一条消息在上次会话结束前未能送达。</translation>
    </message>
    <message>
        <source>{count} messages were not delivered before the last session ended.</source>
        <translation>有 {count} 条消息在上次会话结束前未能送达。</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>重新发送</translation>
    </message>
</context>
<context>
    <name>ChatModel</name>
    <message>
        <source>Draft: {text}</source>
        <translation>草稿：{text}</translation>
    </message>
    <message>
        <source>{count} waiting to be opened</source>
        <translation>{count} 条等待打开</translation>
    </message>
    <message>
        <source>online</source>
        <translation>在线</translation>
    </message>
    <message>
        <source>{count} unread</source>
        <translation>{count} 条未读</translation>
    </message>
    <message>
        <source>cannot be sent</source>
        <translation>无法发送</translation>
    </message>
</context>
<context>
    <name>ChatPage</name>
    <message>
        <source>Messages with {contact}</source>
        <translation>与 {contact} 的消息</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copied {count} messages</source>
        <translation>已复制 {count} 条消息</translation>
    </message>
</context>
<context>
    <name>ChatTitle</name>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>{contacts} and {count} more</source>
        <translation>{contacts}和另外 {count} 人</translation>
    </message>
    <message>
        <source>{contact}: {text}</source>
        <translation>{contact}：{text}</translation>
    </message>
</context>
<context>
    <name>CheckList</name>
    <message>
        <source>The relay works.</source>
        <translation>中继工作正常。</translation>
    </message>
    <message>
        <source>not needed here</source>
        <translation>此处不需要</translation>
    </message>
    <message>
        <source>{number} ms</source>
        <translation>{number} 毫秒</translation>
    </message>
</context>
<context>
    <name>Closed</name>
    <message>
        <source>Nothing can be sent from this computer any more.</source>
        <translation>这台电脑已不能再发送任何内容。</translation>
    </message>
    <message>
        <source>You blocked {contact}.</source>
        <translation>你已屏蔽 {contact}。</translation>
    </message>
    <message>
        <source>Unblock</source>
        <translation>取消屏蔽</translation>
    </message>
    <message>
        <source>This computer does not belong to the company any more, so nothing can be sent.</source>
        <translation>这台电脑已不属于这家公司，无法发送任何内容。</translation>
    </message>
    <message>
        <source>Organisation settings…</source>
        <translation>组织设置…</translation>
    </message>
    <message>
        <source>Nothing can be sent until a session is open with everybody here.</source>
        <translation>与这里的每个人都开启会话之前，无法发送任何内容。</translation>
    </message>
    <message>
        <source>Nothing can be sent until you decide about the key.</source>
        <translation>在你对密钥作出决定之前，无法发送任何内容。</translation>
    </message>
    <message>
        <source>No session is open, so nothing can be sent.</source>
        <translation>当前没有开启的会话，无法发送消息。</translation>
    </message>
    <message>
        <source>Start a new conversation with {contact}</source>
        <translation>与 {contact} 开始新对话</translation>
    </message>
</context>
<context>
    <name>CompanyBars</name>
    <message>
        <source>{contact} is not in the directory of {company} any more, so nothing written here can be sent. Open a conversation with those who are.</source>
        <translation>{contact} 已不在 {company} 的名录中，这里写的内容无法发送。请与仍在名录中的人另开对话。</translation>
    </message>
    <message>
        <source>{contacts} are not in the directory of {company} any more, so nothing written here can be sent. Open a conversation with those who are.</source>
        <translation>{contacts} 已不在 {company} 的名录中，这里写的内容无法发送。请与仍在名录中的人另开对话。</translation>
    </message>
    <message>
        <source>{company} protects this conversation twice: by its own keys, and by a passphrase with each person. Still missing: {contacts}.</source>
        <translation>{company} 对这个对话加以双重保护：公司自己的密钥，以及与每个人的口令。尚缺：{contacts}。</translation>
    </message>
    <message>
        <source>Decide about {contact}&apos;s key</source>
        <translation>就 {contact} 的密钥作出决定</translation>
    </message>
    <message>
        <source>Phrase with {contact}…</source>
        <translation>与 {contact} 约定口令…</translation>
    </message>
    <message>
        <source>{contacts} and {count} more</source>
        <translation>{contacts} 等另外 {count} 人</translation>
    </message>
    <message>
        <source>One message came and cannot be opened yet.</source>
        <translation>有一条消息已收到，但尚不能打开。</translation>
    </message>
    <message>
        <source>{count} messages came and cannot be opened yet.</source>
        <translation>有 {count} 条消息已收到，但尚不能打开。</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>立即重试</translation>
    </message>
    <message>
        <source>What else came waits for another reason: see the details.</source>
        <translation>其余的另有原因，请看详情。</translation>
    </message>
    <message>
        <source>What else came waits for another key: see the details.</source>
        <translation>其余的在等其他密钥，请看详情。</translation>
    </message>
    <message>
        <source>What else came waits for another version of it: see the details.</source>
        <translation>其余的在等这把密钥的其他版本，请看详情。</translation>
    </message>
    <message>
        <source>Organisation settings…</source>
        <translation>组织设置…</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>复制详细信息</translation>
    </message>
    <message>
        <source>Details…</source>
        <translation>详情…</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
</context>
<context>
    <name>CompanyFile</name>
    <message>
        <source>This is no company file, or it was damaged on its way. Nothing was changed. Ask for the file again.</source>
        <translation>这不是公司文件，或者在途中损坏了。没有做任何改动。请重新索取该文件。</translation>
    </message>
    <message>
        <source>This file lets {other} join, and your id is {account}. Ask your key owner for a file made for your id.</source>
        <translation>这个文件是供 {other} 加入用的，而你的 ID 是 {account}。请向密钥管理员索取为你的 ID 制作的文件。</translation>
    </message>
    <message>
        <source>This file is of another company than the one this computer belongs to. Nothing was changed. Ask your key owner before you trust it.</source>
        <translation>这个文件属于另一家公司，而不是这台电脑所属的公司。没有做任何改动。在相信它之前，请先询问密钥管理员。</translation>
    </message>
    <message>
        <source>This file is older than what this computer holds already. Nothing was changed. Ask for the newest one.</source>
        <translation>这个文件比这台电脑已有的更旧。没有做任何改动。请索取最新的文件。</translation>
    </message>
    <message>
        <source>Nothing in this file is for you: your company&apos;s directory does not list you any more. What you hold stays as it is. Ask your key owner whether that is meant.</source>
        <translation>这个文件里没有给你的内容：公司的名录中已经没有你。你已有的一切保持不变。请向密钥管理员确认这是否有意为之。</translation>
    </message>
    <message>
        <source>This file is for joining, and this computer belongs to the company already.</source>
        <translation>这个文件是用来加入的，而这台电脑已经属于这家公司。</translation>
    </message>
    <message>
        <source>This file is for people who have joined already. Ask your key owner for a file to join by.</source>
        <translation>这个文件是给已经加入的人用的。请向密钥管理员索取用于加入的文件。</translation>
    </message>
    <message>
        <source>This is not the phrase of this file. Nothing is lost: compare each word with what you were given, and try again.</source>
        <translation>这不是这个文件的口令。什么都没有丢失：请逐词核对你收到的口令，然后再试一次。</translation>
    </message>
</context>
<context>
    <name>CompanyKeys</name>
    <message>
        <source>active</source>
        <translation>有效</translation>
    </message>
    <message>
        <source>retired, still opens</source>
        <translation>已停用，仍可打开旧消息</translation>
    </message>
    <message>
        <source>revoked</source>
        <translation>已吊销</translation>
    </message>
    <message>
        <source>seals now</source>
        <translation>当前用于封存</translation>
    </message>
    <message>
        <source>from {day}</source>
        <translation>自 {day} 起</translation>
    </message>
    <message>
        <source>until {day}</source>
        <translation>至 {day}</translation>
    </message>
    <message>
        <source>Version {version}</source>
        <translation>第 {version} 版</translation>
    </message>
    <message>
        <source>Versions {first}–{last}</source>
        <translation>第 {first}–{last} 版</translation>
    </message>
    <message>
        <source>no. {number}</source>
        <translation>编号 {number}</translation>
    </message>
    <message>
        <source>no. {number}, of {time}</source>
        <translation>编号 {number}，制于 {time}</translation>
    </message>
    <message>
        <source>{time}: nothing newer</source>
        <translation>{time}：没有更新的文件</translation>
    </message>
    <message>
        <source>{time}: a newer file was taken</source>
        <translation>{time}：已采用更新的文件</translation>
    </message>
    <message>
        <source>{time}: not fetched. {why}</source>
        <translation>{time}：未能获取。{why}</translation>
    </message>
    <message>
        <source>{time}: a file was fetched and not taken. {why}</source>
        <translation>{time}：已获取文件，但未采用。{why}</translation>
    </message>
</context>
<context>
    <name>CompanyLink</name>
    <message>
        <source>This is no link to a company file. A link begins with https://; a file is chosen by its name.</source>
        <translation>这不是公司文件的链接。链接以 https:// 开头；文件则按文件名选择。</translation>
    </message>
    <message>
        <source>The way to {host} is not protected: a company file is fetched over https:// only. Ask for a link that begins so, or for the file itself.</source>
        <translation>到 {host} 的途中没有保护：公司文件只通过 https:// 获取。请索取以此开头的链接，或直接索取文件。</translation>
    </message>
    <message>
        <source>{host} sends on and on, or to where the way is not protected. Ask whoever gave you the link for the file itself.</source>
        <translation>{host} 不断转到别处，或者转到途中没有保护的地方。请向给你链接的人直接索取文件。</translation>
    </message>
    <message>
        <source>Nobody knows the name {host}. Check the link, and that this computer is connected to the network.</source>
        <translation>没有名为 {host} 的服务器。请核对链接，并确认这台电脑已连接网络。</translation>
    </message>
    <message>
        <source>{host} does not answer. It may be switched off, or be reached from your company&apos;s network only.</source>
        <translation>{host} 没有应答。它可能已关闭，或者只能从公司网络内访问。</translation>
    </message>
    <message>
        <source>The proxy {proxy} cannot reach {host}. Check the link, or ask whoever runs the proxy.</source>
        <translation>代理 {proxy} 无法连到 {host}。请核对链接，或询问管理该代理的人。</translation>
    </message>
    <message>
        <source>What answers at {host} does not protect the way as https:// promises. Check the link, or ask whoever runs that server.</source>
        <translation>{host} 上应答的程序没有提供 https:// 所保证的保护。请核对链接，或询问管理该服务器的人。</translation>
    </message>
    <message>
        <source>Nobody whom this computer trusts vouches for {host}. Nothing was fetched. If your company vouches for its servers itself, its certificate has to be installed on this computer first.</source>
        <translation>这台电脑信任的机构都没有为 {host} 作保。没有获取任何内容。如果公司自己为服务器作保，须先在这台电脑上安装公司的证书。</translation>
    </message>
    <message>
        <source>The certificate of {host} is not valid today. Nothing was fetched. Check this computer&apos;s clock; if it is right, tell whoever runs that server.</source>
        <translation>{host} 的证书今天无效。没有获取任何内容。请检查这台电脑的时钟；如果时钟没错，请告诉管理该服务器的人。</translation>
    </message>
    <message>
        <source>The certificate there is made out to another name than {host}. Nothing was fetched. Check the link.</source>
        <translation>那里的证书不是发给 {host} 的，而是另一个名称。没有获取任何内容。请核对链接。</translation>
    </message>
    <message>
        <source>{host} took too long. Try again, or ask for the file itself.</source>
        <translation>{host} 用时太久。请再试一次，或直接索取文件。</translation>
    </message>
    <message>
        <source>There is no file at this address of {host}. Check the link, or ask for a new one.</source>
        <translation>{host} 的这个地址上没有文件。请核对链接，或索取新的链接。</translation>
    </message>
    <message>
        <source>{host} gives the file only to people who sign in there. Fetch it with your web browser, and choose the file here.</source>
        <translation>{host} 只把文件交给在那里登录的人。请用网页浏览器取得文件，再在这里选择它。</translation>
    </message>
    <message>
        <source>{host} could not give the file out (status {status}). Try again later, or tell whoever runs that server.</source>
        <translation>{host} 未能提供文件（状态 {status}）。请稍后再试，或告诉管理该服务器的人。</translation>
    </message>
    <message>
        <source>What answers at {host} is no web server, or it broke off. Check the link, and try again.</source>
        <translation>{host} 上应答的不是网页服务器，或者中途断开了。请核对链接，再试一次。</translation>
    </message>
    <message>
        <source>What lies there is far too large for a company file. Check that it is the right one.</source>
        <translation>那里的文件太大，不可能是公司文件。请确认没有选错。</translation>
    </message>
    <message>
        <source>There is no file {file} on this computer. Check its name, or choose it.</source>
        <translation>这台电脑上没有文件 {file}。请核对文件名，或选择文件。</translation>
    </message>
    <message>
        <source>{file} cannot be read. Check that it is a file, and that you may read it.</source>
        <translation>无法读取 {file}。请确认它是文件，并且你有权读取。</translation>
    </message>
    <message>
        <source>The id {other} looks too much like one that somebody else has at your company&apos;s relay. Ask your key owner for another one.</source>
        <translation>ID {other} 与公司中继上别人的 ID 太相似。请向密钥管理员索取另一个。</translation>
    </message>
    <message>
        <source>The proxy {proxy} says nothing. It hangs, or waits for a server that it cannot reach.</source>
        <translation>代理 {proxy} 没有回应。它可能卡住了，或者正在等待一个它连不上的服务器。</translation>
    </message>
    <message>
        <source>The address of the relay in this file cannot be used. Tell your key owner.</source>
        <translation>这个文件里的中继地址无法使用。请告诉密钥管理员。</translation>
    </message>
    <message>
        <source>Your company&apos;s relay admits invited people only. Type the invite that came with the file.</source>
        <translation>公司的中继只接纳受邀的人。请输入与文件一起收到的邀请码。</translation>
    </message>
</context>
<context>
    <name>CompanyMethods</name>
    <message>
        <source>Key ring on this computer</source>
        <translation>这台电脑上的密钥环</translation>
    </message>
    <message>
        <source>Token {name}</source>
        <translation>令牌 {name}</translation>
    </message>
    <message>
        <source>Plugin {name}</source>
        <translation>插件 {name}</translation>
    </message>
    <message>
        <source>seals the key of each message</source>
        <translation>封存每条消息的密钥</translation>
    </message>
    <message>
        <source>seals the messages themselves, by its own algorithm</source>
        <translation>用自己的算法封存消息本身</translation>
    </message>
    <message>
        <source>Your company&apos;s key is not there. Your key owner can put it there.</source>
        <translation>那里没有公司的密钥。密钥管理员可以把它放进去。</translation>
    </message>
    <message>
        <source>The newest version of the key is not there. Take a newer company file.</source>
        <translation>那里没有密钥的最新版本。请采用更新的公司文件。</translation>
    </message>
    <message>
        <source>Your company has revoked the key. Take a newer company file.</source>
        <translation>公司已吊销这把密钥。请采用更新的公司文件。</translation>
    </message>
    <message>
        <source>No key seals today: each is retired, revoked or out of its time. Take a newer company file.</source>
        <translation>今天没有可用于封存的密钥：都已停用、吊销或不在有效期内。请采用更新的公司文件。</translation>
    </message>
    <message>
        <source>The key is not as it must be, so it is not used. Your key owner can make another.</source>
        <translation>密钥不符合要求，因此不使用。密钥管理员可以另做一把。</translation>
    </message>
    <message>
        <source>It is not plugged in. Plug it in, and test again.</source>
        <translation>它没有插入。请插入后再测试一次。</translation>
    </message>
    <message>
        <source>Several tokens have this name. Unplug the others, or ask your key owner to name the serial number.</source>
        <translation>有几个令牌同名。请拔出其他令牌，或请密钥管理员指明序列号。</translation>
    </message>
    <message>
        <source>Its PIN was not typed. Test again, and you are asked for it.</source>
        <translation>没有输入它的 PIN。再测试一次就会询问。</translation>
    </message>
    <message>
        <source>The PIN was wrong. Test again to type it anew.</source>
        <translation>PIN 不对。再测试一次即可重新输入。</translation>
    </message>
    <message>
        <source>The PIN was wrong, and few tries are left. Be sure of it before you test again.</source>
        <translation>PIN 不对，剩下的次数不多了。确认无误后再测试。</translation>
    </message>
    <message>
        <source>The PIN was wrong, and the next try is the last: another wrong PIN locks the token. Be sure of it before you test again.</source>
        <translation>PIN 不对，下一次是最后一次：再输错就会锁定令牌。确认无误后再测试。</translation>
    </message>
    <message>
        <source>It has locked itself after too many wrong PINs. Your key owner can unlock it.</source>
        <translation>输错 PIN 次数过多，它已自行锁定。密钥管理员可以解锁。</translation>
    </message>
    <message>
        <source>Its program is not installed on this computer, or may not run. Whoever looks after this computer can install it.</source>
        <translation>这台电脑上没有安装它的程序，或者不允许运行。管理这台电脑的人可以安装。</translation>
    </message>
    <message>
        <source>It ended, or says that it cannot work now. Test again in a moment.</source>
        <translation>它已退出，或者表示现在无法工作。请稍后再测试一次。</translation>
    </message>
    <message>
        <source>It did not answer in time. Test again in a moment.</source>
        <translation>它没有及时回应。请稍后再测试一次。</translation>
    </message>
    <message>
        <source>Its answers make no sense. Whoever made it should look into it.</source>
        <translation>它的回应没有意义。应由制作者检查。</translation>
    </message>
    <message>
        <source>It gave back something else than it was given. Whoever made it should look into it.</source>
        <translation>它交还的内容与交给它的不同。应由制作者检查。</translation>
    </message>
    <message>
        <source>That was not the PIN. Type it anew.</source>
        <translation>这不是正确的 PIN。请重新输入。</translation>
    </message>
    <message>
        <source>A wrong PIN was typed, and few tries are left before the token locks itself.</source>
        <translation>输入过错误的 PIN，令牌锁定之前剩下的次数不多了。</translation>
    </message>
    <message>
        <source>This is the last try: another wrong PIN locks the token. If you are not sure, choose “Not now” and ask your key owner.</source>
        <translation>这是最后一次：再输错就会锁定令牌。如果不确定，请选择“暂不”，并询问密钥管理员。</translation>
    </message>
    <message>
        <source>It is not plugged in. Plug it in, and what waits for it goes on by itself.</source>
        <translation>它没有插入。请插入，等待它的内容会自动继续。</translation>
    </message>
    <message>
        <source>It erred after the PIN. To go on with what waits for it, choose “Try now” in the conversation, or take it out and put it in again.</source>
        <translation>输入 PIN 后它出了错。要继续处理等待中的消息，请在对话中点“立即重试”，或将它拔出后重新插入。</translation>
    </message>
    <message>
        <source>It did not answer in time. To go on with what waits for it, choose “Try now” in the conversation, or take it out and put it in again.</source>
        <translation>它没有及时回应。要继续处理等待中的消息，请在对话中点“立即重试”，或将它拔出后重新插入。</translation>
    </message>
    <message>
        <source>Works.</source>
        <translation>工作正常。</translation>
    </message>
    <message>
        <source>Not tried yet.</source>
        <translation>尚未试过。</translation>
    </message>
</context>
<context>
    <name>CompanyPolicy</name>
    <message>
        <source>Conversations need a passphrase session besides the company&apos;s key.</source>
        <translation>除公司密钥之外，对话还需要口令会话。</translation>
    </message>
    <message>
        <source>Conversations are opened by the company&apos;s key alone; no phrase is asked for.</source>
        <translation>对话仅凭公司密钥开启，不需要口令。</translation>
    </message>
    <message>
        <source>A phrase between colleagues has to be about as strong as {count} generated words ({bits} bits).</source>
        <translation>同事之间的口令，强度须约等于 {count} 个生成的词（{bits} 比特）。</translation>
    </message>
    <message>
        <source>People outside the company are reached by a passphrase session only.</source>
        <translation>与公司以外的人只能通过口令会话联系。</translation>
    </message>
    <message>
        <source>There are no conversations with people outside the company.</source>
        <translation>不与公司以外的人对话。</translation>
    </message>
    <message>
        <source>The relay keeps a message that nobody fetches for {time}.</source>
        <translation>无人取走的消息，中继保留{time}。</translation>
    </message>
    <message>
        <source>How long a message that nobody fetches is kept is left to the relay.</source>
        <translation>无人取走的消息保留多久，由中继决定。</translation>
    </message>
    <message>
        <source>A new computer of yours is given the messages of the last {time}, which the relay keeps sealed.</source>
        <translation>你的新电脑会取得最近{time}的消息，这些消息由中继封存保留。</translation>
    </message>
    <message>
        <source>A new computer of yours begins without earlier messages.</source>
        <translation>你的新电脑上不会有较早的消息。</translation>
    </message>
    <message>
        <source>Whoever joins a room also reads what the relay still keeps of what was written before.</source>
        <translation>加入群聊的人还能读到此前写的、中继仍保留的内容。</translation>
    </message>
    <message>
        <source>Whoever joins a room reads only what is written from then on.</source>
        <translation>加入群聊的人只能读到此后写的内容。</translation>
    </message>
    <message>
        <source>What was sealed under a key that is revoked still opens.</source>
        <translation>用已吊销的密钥封存的内容仍可打开。</translation>
    </message>
    <message>
        <source>What was sealed under a key that is revoked stays closed.</source>
        <translation>用已吊销的密钥封存的内容不再打开。</translation>
    </message>
    <message>
        <source>A token&apos;s PIN is asked for once, until Watchword is closed.</source>
        <translation>令牌的 PIN 只询问一次，直到关闭 Watchword。</translation>
    </message>
    <message>
        <source>A token&apos;s PIN is asked for each time the token is used.</source>
        <translation>每次使用令牌都询问 PIN。</translation>
    </message>
    <message>
        <source>{name} can read every message.</source>
        <translation>{name} 可以阅读每条消息。</translation>
    </message>
    <message>
        <source>Nobody else can read along: no auditor is named.</source>
        <translation>没有其他人能够阅读：没有指定审计方。</translation>
    </message>
    <message>
        <source>1 day</source>
        <translation> 1 天</translation>
    </message>
    <message>
        <source>{count} days</source>
        <translation> {count} 天</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation> 1 小时</translation>
    </message>
    <message>
        <source>{count} hours</source>
        <translation> {count} 小时</translation>
    </message>
    <message>
        <source>1 minute</source>
        <translation> 1 分钟</translation>
    </message>
    <message>
        <source>{count} minutes</source>
        <translation> {count} 分钟</translation>
    </message>
    <message>
        <source>1 second</source>
        <translation> 1 秒</translation>
    </message>
    <message>
        <source>{count} seconds</source>
        <translation> {count} 秒</translation>
    </message>
</context>
<context>
    <name>CompanyStep</name>
    <message>
        <source>Without a company file</source>
        <translation>不用公司文件</translation>
    </message>
    <message>
        <source>Welcome to Watchword. Your company has prepared everything: its file says who you are and which relay you use. You need the phrase that belongs to it.</source>
        <translation>欢迎使用 Watchword。公司已经准备好一切：公司文件说明你是谁、使用哪个中继。你只需要与它对应的口令。</translation>
    </message>
    <message>
        <source>Invite</source>
        <translation>邀请码</translation>
    </message>
    <message>
        <source>Your company&apos;s relay admits invited people only.</source>
        <translation>公司的中继只接纳受邀的人。</translation>
    </message>
    <message>
        <source>I need none: I use this id on another computer already</source>
        <translation>我不需要：我已在另一台电脑上使用这个 ID</translation>
    </message>
    <message>
        <source>{name}, {account} at {company}</source>
        <translation>{name}，{company} 的 {account}</translation>
    </message>
</context>
<context>
    <name>CompanyWords</name>
    <message>
        <source>Encrypted for another company than {company}, so this computer put it away. Ask the sender to write to you within {company}.</source>
        <translation>这是为 {company} 以外的公司加密的，这台电脑已将其搁置。请发送者在 {company} 内给你写信。</translation>
    </message>
    <message>
        <source>Addressed to somebody else, so this computer put it away. Nothing is lost for you; whoever runs the relay should look into why it came here.</source>
        <translation>这是写给别人的，这台电脑已将其搁置。你没有丢失任何内容；运营中继的人应当查明它为何送到这里。</translation>
    </message>
    <message>
        <source>From somebody who is not in the directory of {company} that this computer has: somebody new, or somebody who left. Ask your key owner for an update.</source>
        <translation>发送者不在这台电脑所持的 {company} 名录中：可能是新来的，也可能已经离开。请向密钥管理员索取更新。</translation>
    </message>
    <message>
        <source>Written on a computer that the directory of {company} does not vouch for yet. The sender may have joined anew. Ask your key owner for an update.</source>
        <translation>{company} 的名录尚未为写下它的电脑作保，发送者可能重新加入过。请向密钥管理员索取更新。</translation>
    </message>
    <message>
        <source>Written with a key from before its sender joined {company} anew, so this computer put it away. Ask the sender to write it again.</source>
        <translation>用发送者重新加入 {company} 之前的密钥写成，因此这台电脑没有保留它。请让发送者重写一遍。</translation>
    </message>
    <message>
        <source>Encrypted by a method of {company} that this computer has not heard of. Ask your key owner for the newest company file.</source>
        <translation>加密所用的是这台电脑尚不知道的 {company} 的方法。请向密钥管理员索取最新的公司文件。</translation>
    </message>
    <message>
        <source>Longer than a message may be, so it was not taken. Ask the sender to split it into two.</source>
        <translation>超过了消息允许的长度，因此没有接收。请发送者分成两条。</translation>
    </message>
    <message>
        <source>Encrypted for members of a company, and this computer has not joined it yet. Join with the file your company gave you.</source>
        <translation>这是为公司成员加密的，而这台电脑还没有加入。请用公司给你的文件加入。</translation>
    </message>
    <message>
        <source>Also addressed to somebody who is not in the directory of {company} any more. Ask the sender to write again to those who are.</source>
        <translation>收件人中有人已不在 {company} 的名录中。请发送者重新写给仍在名录中的人。</translation>
    </message>
    <message>
        <source>Came without the passphrase session that {company} asks for besides. Agree on a phrase with the sender, and ask to have it sent again.</source>
        <translation>{company} 还要求口令会话，而它没有经过会话送来。请与发送者约定口令，并请对方重新发送。</translation>
    </message>
    <message>
        <source>Somebody altered this message on its way. It is not shown and never will be. Tell your key owner now, and ask the sender by another way what was written.</source>
        <translation>有人在途中篡改了这条消息。它不会显示，以后也不会。请立即告诉密钥管理员，并用其他方式向发送者询问原文。</translation>
    </message>
    <message>
        <source>Encrypted with a key of {company} that your key ring does not have ({key}). Ask your key owner whether it is meant for you.</source>
        <translation>用 {company} 的一把密钥（{key}）加密，而你的密钥环里没有它。请向密钥管理员确认这是否给你看的。</translation>
    </message>
    <message>
        <source>Encrypted with {company}&apos;s key {key}, version {version}. Your key ring has {held}. Ask your key owner for an update.</source>
        <translation>用 {company} 的密钥 {key} 第 {version} 版加密。你的密钥环里有{held}。请向密钥管理员索取更新。</translation>
    </message>
    <message>
        <source>Encrypted with {company}&apos;s key {key}, version {version}, which was revoked; {company} does not open what such a key sealed. Ask the sender to write it again.</source>
        <translation>用 {company} 的密钥 {key} 第 {version} 版加密，该版本已被吊销；{company} 不允许再打开它封存的内容。请发送者重新写一遍。</translation>
    </message>
    <message>
        <source>Encrypted with {company}&apos;s key {key} outside the time in which it is valid. Check the clock of this computer, then ask your key owner.</source>
        <translation>用 {company} 的密钥 {key} 加密，但不在其有效期内。请先检查这台电脑的时钟，再询问密钥管理员。</translation>
    </message>
    <message>
        <source>Encrypted with {company}&apos;s key {key}, version {version}. The token (smart card or HSM) has it in a form that is not safe to use. Ask your key owner to put it there anew.</source>
        <translation>用 {company} 的密钥 {key} 第 {version} 版加密。令牌（智能卡或 HSM）中的这把密钥形式不安全，不能使用。请密钥管理员重新放入。</translation>
    </message>
    <message>
        <source>Encrypted with {company}&apos;s key {key}, which is on a token (smart card or HSM) that is not plugged in. Plug it in, and this opens by itself.</source>
        <translation>用 {company} 的密钥 {key} 加密，它在一枚没有插入的令牌（智能卡或 HSM）上。插入后会自动打开。</translation>
    </message>
    <message>
        <source>Encrypted with {company}&apos;s key {key}, and several tokens plugged in here have the same name. Leave only your own plugged in.</source>
        <translation>用 {company} 的密钥 {key} 加密，而这里插着几枚同名的令牌。请只留下你自己的。</translation>
    </message>
    <message>
        <source>Encrypted with {company}&apos;s key {key}, which opens only with the PIN of your token (smart card or HSM). Try now, and type the PIN.</source>
        <translation>用 {company} 的密钥 {key} 加密，需要你的令牌（智能卡或 HSM）的 PIN 才能打开。请点“立即重试”并输入 PIN。</translation>
    </message>
    <message>
        <source>Still closed: the PIN of your token was wrong. Try again with the right one.</source>
        <translation>尚未打开：令牌的 PIN 不对。请用正确的 PIN 重试。</translation>
    </message>
    <message>
        <source>Still closed: the PIN of your token was wrong, and few tries are left. Look the PIN up before you try again.</source>
        <translation>尚未打开：令牌的 PIN 不对，剩余次数不多了。请查清 PIN 后再试。</translation>
    </message>
    <message>
        <source>Still closed: one more wrong PIN locks your token. Be sure of the PIN, or ask your key owner before you try again.</source>
        <translation>尚未打开：再输错一次 PIN，令牌就会锁定。请确认 PIN，或先询问密钥管理员再试。</translation>
    </message>
    <message>
        <source>Still closed: your token is locked after too many wrong PINs. Only whoever gave it to you can unlock it.</source>
        <translation>尚未打开：PIN 输错次数过多，令牌已锁定。只有发给你令牌的人能解锁。</translation>
    </message>
    <message>
        <source>Encrypted with {company}&apos;s key {key}, and what opens it is not installed on this computer. Ask your key owner for the program or driver.</source>
        <translation>用 {company} 的密钥 {key} 加密，而这台电脑上没有安装打开它所需的东西。请向密钥管理员索取程序或驱动。</translation>
    </message>
    <message>
        <source>Encrypted with {company}&apos;s key {key}, and the program or token that opens it does not work now. Watchword tries a program again by itself. With a token, try now, or take it out and put it in again. If that lasts, ask your key owner.</source>
        <translation>用 {company} 的密钥 {key} 加密，而负责打开的程序或令牌现在无法工作。如果是程序，Watchword 会自动重试；如果是令牌，请点“立即重试”，或将它拔出后重新插入。若一直如此，请询问密钥管理员。</translation>
    </message>
    <message>
        <source>Encrypted with {company}&apos;s key {key}, and the program or token that opens it takes too long to answer. Watchword tries a program again by itself. With a token, try now, or take it out and put it in again.</source>
        <translation>用 {company} 的密钥 {key} 加密，而负责打开的程序或令牌迟迟没有回应。如果是程序，Watchword 会自动重试；如果是令牌，请点“立即重试”，或将它拔出后重新插入。</translation>
    </message>
    <message>
        <source>Not sent yet: the program or token that seals with {company}&apos;s key {key} does not work now. Watchword tries a program again by itself. With a token, try now, or take it out and put it in again. If that lasts, ask your key owner.</source>
        <translation>尚未发送：用 {company} 的密钥 {key} 封存的程序或令牌现在无法工作。如果是程序，Watchword 会自动重试；如果是令牌，请点“立即重试”，或将它拔出后重新插入。若一直如此，请询问密钥管理员。</translation>
    </message>
    <message>
        <source>Not sent yet: the program or token that seals with {company}&apos;s key {key} takes too long to answer. Watchword tries a program again by itself. With a token, try now, or take it out and put it in again.</source>
        <translation>尚未发送：用 {company} 的密钥 {key} 封存的程序或令牌迟迟没有回应。如果是程序，Watchword 会自动重试；如果是令牌，请点“立即重试”，或将它拔出后重新插入。</translation>
    </message>
    <message>
        <source>Encrypted with {company}&apos;s key {key}, and the program that opens it answers wrongly here. Ask your key owner to have it looked at.</source>
        <translation>用 {company} 的密钥 {key} 加密，而负责打开的程序给出了错误的回应。请密钥管理员派人检查。</translation>
    </message>
    <message>
        <source>Not sent yet: this conversation belongs to another company than {company}. Open a new one with people of {company}.</source>
        <translation>尚未发送：这个对话属于 {company} 以外的公司。请与 {company} 的人另开对话。</translation>
    </message>
    <message>
        <source>Not sent yet: nobody but yourself is in this conversation. Open one with somebody.</source>
        <translation>尚未发送：这个对话里只有你自己。请与别人另开对话。</translation>
    </message>
    <message>
        <source>Not sent yet: you are not in the directory of {company} any more. Ask your key owner to put you back and to give you an update.</source>
        <translation>尚未发送：你已不在 {company} 的名录中。请密钥管理员把你加回去并给你更新。</translation>
    </message>
    <message>
        <source>Not sent yet: the directory of {company} does not vouch for this computer. Ask your key owner for a new file to join with.</source>
        <translation>尚未发送：{company} 的名录没有为这台电脑作保。请向密钥管理员索取新的加入文件。</translation>
    </message>
    <message>
        <source>Not sent: you joined {company} anew since you wrote this. Write it again.</source>
        <translation>未发送：写下它之后，你重新加入了 {company}。请重写一遍。</translation>
    </message>
    <message>
        <source>Not sent yet: the key {key} is of a method that this computer has not heard of. Ask your key owner for the newest company file.</source>
        <translation>尚未发送：密钥 {key} 属于这台电脑尚不知道的方法。请向密钥管理员索取最新的公司文件。</translation>
    </message>
    <message>
        <source>Not sent: this message is too long for so many people at once. Split it into two.</source>
        <translation>没有发送：这条消息太长，无法同时发给这么多人。请分成两条。</translation>
    </message>
    <message>
        <source>Not sent yet: this computer belongs to no company. Join with the file your company gave you.</source>
        <translation>尚未发送：这台电脑不属于任何公司。请用公司给你的文件加入。</translation>
    </message>
    <message>
        <source>Not sent yet: somebody here is not in the directory of {company} any more. Open a conversation with those who are.</source>
        <translation>尚未发送：这里有人已不在 {company} 的名录中。请与仍在名录中的人另开对话。</translation>
    </message>
    <message>
        <source>Not sent yet: {company} asks for a passphrase session besides, and with somebody here there is none. Agree on a phrase with them.</source>
        <translation>尚未发送：{company} 还要求口令会话，而与这里的某人还没有。请与对方约定口令。</translation>
    </message>
    <message>
        <source>Not sent yet: what the encryption of {company} made of your message did not fit together. Nothing left this computer; tell your key owner.</source>
        <translation>尚未发送：{company} 的加密对你的消息给出的结果不一致。没有任何内容离开这台电脑；请告诉密钥管理员。</translation>
    </message>
    <message>
        <source>Not sent yet: {company} seals with a key that your key ring does not have ({key}). Ask your key owner for an update.</source>
        <translation>尚未发送：{company} 用来封存的密钥（{key}）不在你的密钥环里。请向密钥管理员索取更新。</translation>
    </message>
    <message>
        <source>Not sent yet: {company} seals with its key {key}, version {version}. Your key ring has {held}. Ask your key owner for an update.</source>
        <translation>尚未发送：{company} 用密钥 {key} 第 {version} 版封存。你的密钥环里有{held}。请向密钥管理员索取更新。</translation>
    </message>
    <message>
        <source>Not sent yet: {company}&apos;s key {key} was revoked, and nothing is sealed under it any more. Ask your key owner for an update with a new key.</source>
        <translation>尚未发送：{company} 的密钥 {key} 已被吊销，不再用它封存任何内容。请向密钥管理员索取带有新密钥的更新。</translation>
    </message>
    <message>
        <source>Not sent yet: no version of {company}&apos;s key {key} may seal today. Check the clock of this computer, or ask your key owner for an update.</source>
        <translation>尚未发送：{company} 的密钥 {key} 今天没有可用于封存的版本。请检查这台电脑的时钟，或向密钥管理员索取更新。</translation>
    </message>
    <message>
        <source>Not sent yet: your token (smart card or HSM) has {company}&apos;s key {key} in a form that is not safe to use. Ask your key owner to put it there anew.</source>
        <translation>尚未发送：你的令牌（智能卡或 HSM）中 {company} 的密钥 {key} 形式不安全，不能使用。请密钥管理员重新放入。</translation>
    </message>
    <message>
        <source>Not sent yet: the token (smart card or HSM) with {company}&apos;s key {key} is not plugged in. Plug it in, and your messages leave by themselves.</source>
        <translation>尚未发送：存有 {company} 的密钥 {key} 的令牌（智能卡或 HSM）没有插入。插入后消息会自动发出。</translation>
    </message>
    <message>
        <source>Not sent yet: several tokens plugged in here have the same name. Leave only your own plugged in.</source>
        <translation>尚未发送：这里插着几枚同名的令牌。请只留下你自己的。</translation>
    </message>
    <message>
        <source>Not sent yet: your token (smart card or HSM) wants its PIN. Try now, and type the PIN.</source>
        <translation>尚未发送：你的令牌（智能卡或 HSM）需要 PIN。请点“立即重试”并输入 PIN。</translation>
    </message>
    <message>
        <source>Not sent yet: the PIN of your token was wrong. Try again with the right one.</source>
        <translation>尚未发送：令牌的 PIN 不对。请用正确的 PIN 重试。</translation>
    </message>
    <message>
        <source>Not sent yet: the PIN of your token was wrong, and few tries are left. Look the PIN up before you try again.</source>
        <translation>尚未发送：令牌的 PIN 不对，剩余次数不多了。请查清 PIN 后再试。</translation>
    </message>
    <message>
        <source>Not sent yet: one more wrong PIN locks your token. Be sure of the PIN, or ask your key owner before you try again.</source>
        <translation>尚未发送：再输错一次 PIN，令牌就会锁定。请确认 PIN，或先询问密钥管理员再试。</translation>
    </message>
    <message>
        <source>Not sent yet: your token is locked after too many wrong PINs. Only whoever gave it to you can unlock it; your messages wait here.</source>
        <translation>尚未发送：PIN 输错次数过多，令牌已锁定。只有发给你令牌的人能解锁；你的消息会在这里等待。</translation>
    </message>
    <message>
        <source>Not sent yet: what seals with {company}&apos;s key {key} is not installed on this computer. Ask your key owner for the program or driver.</source>
        <translation>尚未发送：这台电脑上没有安装用 {company} 的密钥 {key} 封存所需的东西。请向密钥管理员索取程序或驱动。</translation>
    </message>
    <message>
        <source>Not sent yet: the program that seals with {company}&apos;s key {key} answers wrongly. Ask your key owner to have it looked at.</source>
        <translation>尚未发送：用 {company} 的密钥 {key} 封存的程序给出了错误的回应。请密钥管理员派人检查。</translation>
    </message>
    <message>
        <source>key ring</source>
        <translation>密钥环</translation>
    </message>
    <message>
        <source>token</source>
        <translation>令牌</translation>
    </message>
    <message>
        <source>plugin</source>
        <translation>插件</translation>
    </message>
    <message>
        <source>{company}&apos;s newest company file does not list you any more: whoever has it takes nothing that you write. Ask your key owner whether that is meant.</source>
        <translation>{company} 最新的公司文件中已没有你：拿到它的人不再接收你写的内容。请询问密钥管理员这是否有意为之。</translation>
    </message>
    <message>
        <source>{key}, version {version}</source>
        <translation>{key}，第 {version} 版</translation>
    </message>
    <message>
        <source>your company</source>
        <translation>你的公司</translation>
    </message>
    <message>
        <source>version {versions}</source>
        <translation>第 {versions} 版</translation>
    </message>
    <message>
        <source>versions {versions}</source>
        <translation>第 {versions} 版</translation>
    </message>
    <message>
        <source>none of it</source>
        <translation>它的任何版本都没有</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Message to {contact}</source>
        <translation>发消息给 {contact}</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Too long to send: {bytes} of at most {limit} bytes. Split it into two.</source>
        <translation>太长，无法发送：{bytes} 字节，最多 {limit} 字节。请分成两条。</translation>
    </message>
    <message>
        <source>Too many lines: {lines} of at most {limit}. Send them in parts.</source>
        <translation>行数太多：共 {lines} 行，最多 {limit} 行。请分几次发送。</translation>
    </message>
    <message>
        <source>{bytes} of {limit} bytes</source>
        <translation>{bytes} / {limit} 字节</translation>
    </message>
</context>
<context>
    <name>ContactsWindow</name>
    <message>
        <source>Contacts</source>
        <translation>联系人</translation>
    </message>
    <message>
        <source>Remove {contact} from your contacts?</source>
        <translation>把 {contact} 从联系人中移除？</translation>
    </message>
    <message>
        <source>A chat with {contact} stays, with all its messages. Nobody is told.</source>
        <translation>与 {contact} 的聊天及全部消息都会保留。对方不会收到通知。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>ConversationDetails</name>
    <message>
        <source>How this conversation is protected</source>
        <translation>这个对话如何受到保护</translation>
    </message>
    <message>
        <source>Who can read</source>
        <translation>谁可以阅读</translation>
    </message>
    <message>
        <source>On the relay</source>
        <translation>在中继上</translation>
    </message>
    <message>
        <source>By {company}&apos;s own encryption: what is written here is sealed on the writer&apos;s computer under {company}&apos;s keys, and opened on computers that hold them.</source>
        <translation>由 {company} 自己的加密保护：这里写的内容在写信人的电脑上用 {company} 的密钥封存，只在持有密钥的电脑上打开。</translation>
    </message>
    <message>
        <source>The relay passes sealed messages on. It cannot read them, and holds none of the keys.</source>
        <translation>中继只传递封存的消息。它读不到内容，也不持有任何密钥。</translation>
    </message>
    <message>
        <source>And by a passphrase session with each person, around it: a stolen key alone opens nothing, and a stolen phrase alone does not either.</source>
        <translation>外面还有与每个人的口令会话：只偷到密钥打不开，只偷到口令也打不开。</translation>
    </message>
    <message>
        <source>A session stands with everybody here.</source>
        <translation>与这里的每个人都有会话。</translation>
    </message>
    <message>
        <source>A session waits for your answer about a key. Nothing is sent until then.</source>
        <translation>有一个会话在等你就密钥作出决定。在此之前不会发送任何内容。</translation>
    </message>
    <message>
        <source>With somebody here there is no session yet. Nothing is sent until then.</source>
        <translation>与这里的某人还没有会话。在此之前不会发送任何内容。</translation>
    </message>
    <message>
        <source>You · {id}</source>
        <translation>你 · {id}</translation>
    </message>
    <message>
        <source>Auditor: every message is sealed to them, too</source>
        <translation>审计方：每条消息也都为其封存</translation>
    </message>
    <message>
        <source>The relay gives messages to these people only. The keys are {company}&apos;s: who holds them could open what they got hold of.</source>
        <translation>中继只把消息交给这些人。密钥属于 {company}：持有密钥的人如果拿到封存的消息，就能打开。</translation>
    </message>
    <message>
        <source>{id} · not in {company}&apos;s directory any more: nothing can be sent</source>
        <translation>{id} · 已不在 {company} 的名录中，无法发送</translation>
    </message>
    <message>
        <source>{id} · blocked by you</source>
        <translation>{id} · 已被你屏蔽</translation>
    </message>
    <message>
        <source>{id} · online</source>
        <translation>{id} · 在线</translation>
    </message>
    <message>
        <source>{id} · offline</source>
        <translation>{id} · 离线</translation>
    </message>
    <message>
        <source>The relay is asked to keep what nobody fetches for {time}, and then to forget it.</source>
        <translation>请求中继将无人取走的内容保留 {time}，然后忘掉。</translation>
    </message>
    <message>
        <source>How long the relay keeps what nobody fetches is left to the relay.</source>
        <translation>无人取走的内容保留多久，由中继决定。</translation>
    </message>
</context>
<context>
    <name>Dates</name>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>d MMM</source>
        <translation>M月d日</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <translation>yyyy年M月d日</translation>
    </message>
</context>
<context>
    <name>DesktopRow</name>
    <message>
        <source>Computer {number}, this one</source>
        <translation>电脑 {number}（本机）</translation>
    </message>
    <message>
        <source>Computer {number}</source>
        <translation>电脑 {number}</translation>
    </message>
    <message>
        <source>signed in</source>
        <translation>已登录</translation>
    </message>
    <message>
        <source>not signed in</source>
        <translation>未登录</translation>
    </message>
    <message>
        <source>{there} · added on computer {by}: {day}</source>
        <translation>{there} · 由电脑 {by} 添加：{day}</translation>
    </message>
    <message>
        <source>{there} · added: {day}</source>
        <translation>{there} · 添加于：{day}</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
    <message>
        <source>Remove computer {number}</source>
        <translation>移除电脑 {number}</translation>
    </message>
</context>
<context>
    <name>DesktopWordsForm</name>
    <message>
        <source>The eight words that the new computer shows</source>
        <translation>新电脑上显示的八个词</translation>
    </message>
    <message>
        <source>Type only what you read on the screen of a computer of yours. Whoever is added writes and reads as you.</source>
        <translation>只输入你在自己电脑屏幕上看到的词。被添加的电脑能以你的身份收发消息。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Adding…</source>
        <translation>正在添加…</translation>
    </message>
    <message>
        <source>Add this computer</source>
        <translation>添加这台电脑</translation>
    </message>
</context>
<context>
    <name>Desktops</name>
    <message>
        <source>Watchword is not connected to the relay now. Try again when it is.</source>
        <translation>Watchword 现在没有连接到中继。连接后请再试一次。</translation>
    </message>
    <message>
        <source>While this computer was away, more came than the relay keeps for one computer. Your other computers have it; here comes what your organisation keeps as history.</source>
        <translation>这台电脑不在线期间，收到的消息超出了中继为一台电脑保留的数量。你的其他电脑上有这些消息；这里会取回你的组织作为历史记录保留的部分。</translation>
    </message>
    <message>
        <source>This address leads to the part of another organisation, where your account is not. What stands between the port and # has to stay the same.</source>
        <translation>这个地址通向另一个组织的部分，你的账户不在那里。端口与 # 之间的内容必须保持不变。</translation>
    </message>
    <message>
        <source>Whoever runs the relay took away “{realm}”, your organisation&apos;s part of it, with all accounts in it. What is here stays and can be read. Ask them, or your organisation, where it goes on.</source>
        <translation>中继的运营者已把你所在组织的部分“{realm}”连同其中的所有账户一并移除。这里已有的内容会保留，仍可阅读。今后在哪里继续，请询问运营者或你的组织。</translation>
    </message>
    <message>
        <source>This computer was taken out of your account. What is here stays and can be read, but nothing comes or goes any more.</source>
        <translation>这台电脑已从你的账户中移除。这里已有的内容会保留，仍可阅读，但不再收发任何消息。</translation>
    </message>
    <message>
        <source>These are not the {count} words of a computer. Type all of them as the new computer shows them.</source>
        <translation>这不是一台电脑的 {count} 个词。请照新电脑上显示的全部输入。</translation>
    </message>
    <message>
        <source>No computer that asks to be added shows these words. Nothing was added. Compare them word by word; if they are right, somebody else is asking.</source>
        <translation>请求添加的电脑中，没有一台显示这些词。没有添加任何电脑。请逐词核对；如果词没有错，那么请求添加的是别人。</translation>
    </message>
    <message>
        <source>No computer asks to be added now. See that the new computer is connected and shows its words.</source>
        <translation>现在没有电脑请求添加。请确认新电脑已连接，并且显示着它的词。</translation>
    </message>
    <message>
        <source>Your account has {limit} computers already, and no more are possible. Remove one first.</source>
        <translation>你的账户已有 {limit} 台电脑，不能再添加。请先移除一台。</translation>
    </message>
    <message>
        <source>The relay has this id already and lets nobody in by this file: none of its computers joined by your company&apos;s files, or one was removed since. Add this one by its words, or ask your key owner.</source>
        <translation>中继上已有这个 ID，不能凭这个文件加入：它的电脑都没有用你公司的文件加入过，或者之后有一台被移除。请用词添加这台电脑，或询问密钥管理员。</translation>
    </message>
    <message>
        <source>The relay gave an answer that does not come from a computer where these words were typed. Nothing of it was taken. Try again; if it stays so, stop waiting and tell whoever runs the relay.</source>
        <translation>中继给出的回应并非来自输入过这些词的电脑，其中的内容一概没有采用。请再试一次；如果仍然如此，请停止等待，并告诉运行中继的人。</translation>
    </message>
    <message>
        <source>This computer was added, but what it was given cannot be opened. Stop waiting here, remove it on your other computer, and begin again.</source>
        <translation>这台电脑已添加，但交给它的内容无法打开。请在这里停止等待，在另一台电脑上将它移除，然后重新开始。</translation>
    </message>
</context>
<context>
    <name>DesktopsSection</name>
    <message>
        <source>Computers</source>
        <translation>电脑</translation>
    </message>
    <message>
        <source>The relay tells which computers you have. It is not reached now.</source>
        <translation>你有哪些电脑由中继告知，但现在连不上它。</translation>
    </message>
    <message>
        <source>Each of them has your id. What your company&apos;s colleagues write comes to all of them; a conversation opened by a phrase stays on the computer where it was opened.</source>
        <translation>每台电脑都使用你的 ID。公司同事写的消息会到达每一台；用口令打开的会话只留在打开它的那台电脑上。</translation>
    </message>
    <message>
        <source>A new computer asks to be added. If it is yours, type the words that it shows.</source>
        <translation>有一台新电脑请求添加。如果是你的，请输入它显示的词。</translation>
    </message>
    <message>
        <source>{count} computers ask to be added. Type the words that yours shows.</source>
        <translation>有 {count} 台电脑请求添加。请输入你那台显示的词。</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>添加…</translation>
    </message>
    <message>
        <source>The computer was added.</source>
        <translation>电脑已添加。</translation>
    </message>
    <message>
        <source>It is signed out at once, and nothing comes to it any more. What is on it stays there: its history, its sessions and your contacts.</source>
        <translation>它会立即退出登录，不再收到任何消息。已在上面的内容会留在那里：历史记录、会话和你的联系人。</translation>
    </message>
    <message>
        <source>It also keeps the company&apos;s keys that it has. If it is lost or stolen, tell your key owner, who renews your member key; until then a further computer is added by its words, not by a company file.</source>
        <translation>它还留有公司的密钥。如果它丢失或被盗，请告诉密钥管理员，由其更换你的成员密钥；在此之前，新增电脑要用词添加，不能用公司文件。</translation>
    </message>
    <message>
        <source>Remove computer {number}?</source>
        <translation>移除电脑 {number}？</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>Id</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>Id: {id}</source>
        <translation>ID：{id}</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>How this conversation is protected</source>
        <translation>此对话如何受到保护</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Both of you typed the same passphrase, and the two computers proved it to each other. Since then every message is sealed here and opened on {contact}&apos;s computer only.</source>
        <translation>你们输入了同一口令，两台电脑已互相证明。此后每条消息都在这里封存，只能在 {contact} 的电脑上打开。</translation>
    </message>
    <message>
        <source>The session was opened with another key than the one this computer remembers for {contact}. Nothing is sent until you decide.</source>
        <translation>开启会话所用的密钥与这台电脑记住的 {contact} 的密钥不同。在你决定之前，不会发送任何内容。</translation>
    </message>
    <message>
        <source>No session is open. The history stays on this computer, encrypted. A new session runs the whole exchange again.</source>
        <translation>当前没有开启的会话。历史记录加密保存在这台电脑上。新的会话会重新完成整个验证过程。</translation>
    </message>
    <message>
        <source>The relay passes messages on. It cannot read them, and it never learns the phrase.</source>
        <translation>中继只负责传递消息。它读不到内容，也永远不会得知口令。</translation>
    </message>
    <message>
        <source>Each message has a key of its own that is forgotten after use.</source>
        <translation>每条消息都有自己的密钥，用后即销毁。</translation>
    </message>
    <message>
        <source>The session stands since: {moment}</source>
        <translation>会话开启于：{moment}</translation>
    </message>
    <message>
        <source>This computer recognises {contact}: it keeps the key that {contact}&apos;s computer showed then. Should a later session come with another key, you are asked before anything is sent.</source>
        <translation>这台电脑认得 {contact}：它保存着 {contact} 的电脑当时出示的密钥。如果以后的会话换了密钥，在发送任何内容之前会先询问你。</translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>End the session with {contact}?</source>
        <translation>结束与 {contact} 的会话？</translation>
    </message>
    <message>
        <source>{contact} is told. The history stays on this computer. To write again, both of you type a phrase again.</source>
        <translation>{contact} 会收到通知。历史记录保留在这台电脑上。要再次交谈，双方需重新输入口令。</translation>
    </message>
    <message>
        <source>End session</source>
        <translation>结束会话</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Block {contact}?</source>
        <translation>屏蔽 {contact}？</translation>
    </message>
    <message>
        <source>Requests of {contact} are met with silence, and {contact} is not told. You can unblock at any time.</source>
        <translation>{contact} 的请求不会得到回应，也不会被告知。你可以随时取消屏蔽。</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>屏蔽</translation>
    </message>
</context>
<context>
    <name>Facts</name>
    <message>
        <source>Relay</source>
        <translation>中继</translation>
    </message>
    <message>
        <source>Company file</source>
        <translation>公司文件</translation>
    </message>
    <message>
        <source>Key ring</source>
        <translation>密钥环</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>公司配置</translation>
    </message>
    <message>
        <source>Newer files</source>
        <translation>更新文件的地址</translation>
    </message>
    <message>
        <source>Looked for</source>
        <translation>查看更新</translation>
    </message>
</context>
<context>
    <name>FileChoice</name>
    <message>
        <source>Company file</source>
        <translation>公司文件</translation>
    </message>
    <message>
        <source>Company files (*.company)</source>
        <translation>公司文件 (*.company)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>FirstStart</name>
    <message>
        <source>Welcome to Watchword</source>
        <translation>欢迎使用 Watchword</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
</context>
<context>
    <name>FoundingPage</name>
    <message>
        <source>New room</source>
        <translation>新建群聊</translation>
    </message>
    <message>
        <source>Name of the room</source>
        <translation>群聊名称</translation>
    </message>
    <message>
        <source>Colleagues at {company}</source>
        <translation>{company} 的同事</translation>
    </message>
    <message>
        <source>People by passphrase</source>
        <translation>口令会话联系人</translation>
    </message>
    <message>
        <source>Nobody here has an open session with you. Agree on a passphrase with somebody first, by a new conversation.</source>
        <translation>这里没有人与你有已开启的会话。请先通过新对话与某人约定口令。</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Create the room</source>
        <translation>创建群聊</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>{company}&apos;s auditor can read</source>
        <translation>{company} 的审计方可以阅读</translation>
    </message>
    <message>
        <source>{company}&apos;s auditors can read</source>
        <translation>{company} 的审计方可以阅读</translation>
    </message>
    <message>
        <source>online</source>
        <translation>在线</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>{count} people, {present} online</source>
        <translation>{count} 人，{present} 人在线</translation>
    </message>
    <message>
        <source>Details…</source>
        <translation>详情…</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>重命名…</translation>
    </message>
    <message>
        <source>New conversation…</source>
        <translation>新对话…</translation>
    </message>
    <message>
        <source>End session…</source>
        <translation>结束会话…</translation>
    </message>
    <message>
        <source>Unblock</source>
        <translation>取消屏蔽</translation>
    </message>
    <message>
        <source>Block…</source>
        <translation>屏蔽…</translation>
    </message>
    <message>
        <source>Invite people…</source>
        <translation>邀请成员…</translation>
    </message>
    <message>
        <source>Leave the room…</source>
        <translation>退出群聊…</translation>
    </message>
    <message>
        <source>Back to all chats</source>
        <translation>返回所有聊天</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
</context>
<context>
    <name>Headings</name>
    <message>
        <source>There is no keyring</source>
        <translation>没有密钥环</translation>
    </message>
    <message>
        <source>The keyring is locked</source>
        <translation>密钥环已锁定</translation>
    </message>
    <message>
        <source>The keyring refused</source>
        <translation>密钥环拒绝了请求</translation>
    </message>
    <message>
        <source>The key of this profile is gone</source>
        <translation>此配置的密钥不见了</translation>
    </message>
    <message>
        <source>The keyring does not answer</source>
        <translation>密钥环没有回应</translation>
    </message>
    <message>
        <source>A file of this profile is damaged</source>
        <translation>此配置的一个文件已损坏</translation>
    </message>
    <message>
        <source>This profile needs a newer Watchword</source>
        <translation>此配置需要更新版本的 Watchword</translation>
    </message>
    <message>
        <source>The profile cannot be written</source>
        <translation>此配置无法写入</translation>
    </message>
    <message>
        <source>This profile is open already</source>
        <translation>此配置已被打开</translation>
    </message>
    <message>
        <source>The key does not fit</source>
        <translation>密钥不匹配</translation>
    </message>
    <message>
        <source>The disk is full</source>
        <translation>磁盘已满</translation>
    </message>
    <message>
        <source>Watchword does not start</source>
        <translation>Watchword 无法启动</translation>
    </message>
    <message>
        <source>This profile did not open</source>
        <translation>此配置未能打开</translation>
    </message>
    <message>
        <source>The key of this profile lies in a keyring, and no keyring runs on this computer now. Start it and try again.</source>
        <translation>此配置的密钥保存在密钥环中，而这台电脑现在没有运行密钥环。请启动它，然后重试。</translation>
    </message>
</context>
<context>
    <name>Heir</name>
    <message>
        <source>Who owns the room after you?</source>
        <translation>之后由谁做群主？</translation>
    </message>
    <message>
        <source>You are the only owner of {room}. Before you leave, somebody else becomes its owner: they can then invite people and take them out. You get nothing of the room any more.</source>
        <translation>你是{room}唯一的群主。退出之前，要由另一个人成为群主，之后由对方邀请和移出成员。你将不再收到这个群聊的任何内容。</translation>
    </message>
    <message>
        <source>Name or id</source>
        <translation>名字或 ID</translation>
    </message>
    <message>
        <source>People in this room</source>
        <translation>群聊成员</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Hand over and leave</source>
        <translation>移交并退出</translation>
    </message>
</context>
<context>
    <name>HistoryBar</name>
    <message>
        <source>Earlier messages are being fetched: {done} of {total}</source>
        <translation>正在获取较早的消息：{done} / {total}</translation>
    </message>
    <message>
        <source>{said} · {count} cannot be opened yet</source>
        <translation>{said} · 有 {count} 条暂时无法打开</translation>
    </message>
    <message>
        <source>Earlier messages</source>
        <translation>较早的消息</translation>
    </message>
</context>
<context>
    <name>InvitePeople</name>
    <message>
        <source>Invite to {room}</source>
        <translation>邀请加入{room}</translation>
    </message>
    <message>
        <source>Whoever you invite is asked, and reads what is written after they have joined.</source>
        <translation>被邀请的人会被询问，加入之后写的内容他们才能读到。</translation>
    </message>
    <message>
        <source>Whoever you invite is asked. Who joins also reads what the relay still keeps of what was written before.</source>
        <translation>被邀请的人会被询问。加入的人还能读到此前写的、中继仍保留的内容。</translation>
    </message>
    <message>
        <source>Everybody who could be invited is in the list already.</source>
        <translation>可以邀请的人都已在名单中。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Invite</source>
        <translation>邀请</translation>
    </message>
</context>
<context>
    <name>JoinForm</name>
    <message>
        <source>Type the join phrase that belongs to this file.</source>
        <translation>请输入与这个文件对应的加入口令。</translation>
    </message>
    <message>
        <source>Company file</source>
        <translation>公司文件</translation>
    </message>
    <message>
        <source>The file that your company gave you, or the link to it.</source>
        <translation>公司给你的文件，或它的链接。</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Join phrase; not your computer&apos;s password</source>
        <translation>加入口令；不是这台电脑的密码</translation>
    </message>
    <message>
        <source>Your company gave it to you by another way than the file.</source>
        <translation>公司通过与文件不同的途径把它告诉你。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>It is too late to cancel: what the file brought is being kept.</source>
        <translation>已来不及取消：正在保存文件带来的内容。</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>再试一次</translation>
    </message>
    <message>
        <source>Fetching…</source>
        <translation>正在获取…</translation>
    </message>
    <message>
        <source>Join</source>
        <translation>加入</translation>
    </message>
    <message>
        <source>Joining…</source>
        <translation>正在加入…</translation>
    </message>
</context>
<context>
    <name>JoinWindow</name>
    <message>
        <source>Join a company</source>
        <translation>加入公司</translation>
    </message>
    <message>
        <source>Your company&apos;s file brings its keys and its directory to this computer.</source>
        <translation>公司文件会把公司的密钥和名录带到这台电脑上。</translation>
    </message>
</context>
<context>
    <name>JumpButton</name>
    <message>
        <source>To the latest message</source>
        <translation>跳到最新消息</translation>
    </message>
    <message>
        <source>To the latest message, {count} new</source>
        <translation>跳到最新消息，{count} 条新消息</translation>
    </message>
</context>
<context>
    <name>KeepingStep</name>
    <message>
        <source>Everything Watchword keeps on this computer is encrypted with one key. Where shall this key be kept?</source>
        <translation>Watchword 存放在这台电脑上的一切都用一把密钥加密。这把密钥保存在哪里？</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Looking at the keyring of this computer…</source>
        <translation>正在查看这台电脑的密钥环…</translation>
    </message>
    <message>
        <source>The keyring of this computer. It opens when you log in; you type nothing more.</source>
        <translation>这台电脑的密钥环。登录时自动打开，不必再输入什么。</translation>
    </message>
    <message>
        <source>The keyring cannot keep the key</source>
        <translation>密钥环无法保存密钥</translation>
    </message>
    <message>
        <source>Use the keyring instead</source>
        <translation>改用密钥环</translation>
    </message>
    <message>
        <source>Use a master passphrase instead</source>
        <translation>改用主口令</translation>
    </message>
    <message>
        <source>Creating…</source>
        <translation>正在创建…</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>完成</translation>
    </message>
</context>
<context>
    <name>KeyList</name>
    <message>
        <source>And {count} more keys.</source>
        <translation>另有 {count} 把密钥。</translation>
    </message>
</context>
<context>
    <name>KeysInUse</name>
    <message>
        <source>Keys in use</source>
        <translation>正在使用的密钥</translation>
    </message>
    <message>
        <source>auditor {name}</source>
        <translation>审计方 {name}</translation>
    </message>
</context>
<context>
    <name>ListPage</name>
    <message>
        <source>Contacts</source>
        <translation>联系人</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Add a contact</source>
        <translation>添加联系人</translation>
    </message>
    <message>
        <source>Name or id</source>
        <translation>名字或 ID</translation>
    </message>
    <message>
        <source>Search contacts</source>
        <translation>搜索联系人</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>已屏蔽</translation>
    </message>
    <message>
        <source>Nobody matches.</source>
        <translation>没有匹配的人。</translation>
    </message>
    <message>
        <source>Search the directory</source>
        <translation>搜索名录</translation>
    </message>
    <message>
        <source>{company}&apos;s directory</source>
        <translation>{company} 的名录</translation>
    </message>
    <message>
        <source>Nobody else is in {company}&apos;s directory yet.</source>
        <translation>{company} 的名录中还没有其他人。</translation>
    </message>
    <message>
        <source>Nobody in your contacts yet. Add the people you talk with by their ids.</source>
        <translation>还没有联系人。用 ID 添加与你交谈的人。</translation>
    </message>
    <message>
        <source>online</source>
        <translation>在线</translation>
    </message>
    <message>
        <source>blocked</source>
        <translation>已屏蔽</translation>
    </message>
</context>
<context>
    <name>MemberPage</name>
    <message>
        <source>This computer belongs to this company.</source>
        <translation>这台电脑属于这家公司。</translation>
    </message>
    <message>
        <source>The company&apos;s digits</source>
        <translation>公司的数字</translation>
    </message>
    <message>
        <source>The same for all who belong to it. Your key owner can read them to you.</source>
        <translation>所有成员看到的都相同。密钥管理员可以念给你听。</translation>
    </message>
    <message>
        <source>Update from file…</source>
        <translation>用文件更新…</translation>
    </message>
    <message>
        <source>Look for a newer file now</source>
        <translation>立即查看有无更新的文件</translation>
    </message>
    <message>
        <source>What the company decided</source>
        <translation>公司的规定</translation>
    </message>
    <message>
        <source>Key ring</source>
        <translation>密钥环</translation>
    </message>
    <message>
        <source>Methods</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>正在查看…</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>Members</name>
    <message>
        <source>Write to {contact}</source>
        <translation>给 {contact} 写消息</translation>
    </message>
    <message>
        <source>Ask for a session…</source>
        <translation>请求会话…</translation>
    </message>
    <message>
        <source>Invite again…</source>
        <translation>重新邀请…</translation>
    </message>
    <message>
        <source>Make owner…</source>
        <translation>设为群主…</translation>
    </message>
    <message>
        <source>Give up being an owner…</source>
        <translation>不再做群主…</translation>
    </message>
    <message>
        <source>Make member…</source>
        <translation>改为成员…</translation>
    </message>
    <message>
        <source>Take out of the room…</source>
        <translation>移出群聊…</translation>
    </message>
    <message>
        <source>Name, id, or “invited”</source>
        <translation>名字、ID，或“已邀请”</translation>
    </message>
    <message>
        <source>Search people in this room</source>
        <translation>搜索群聊成员</translation>
    </message>
    <message>
        <source>People in this room</source>
        <translation>群聊成员</translation>
    </message>
    <message>
        <source>Nobody here matches.</source>
        <translation>没有匹配的人。</translation>
    </message>
</context>
<context>
    <name>MessageInfoWindow</name>
    <message>
        <source>Message info</source>
        <translation>消息信息</translation>
    </message>
    <message>
        <source>Take back…</source>
        <translation>撤回…</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>How it is sealed</source>
        <translation>如何封存</translation>
    </message>
    <message>
        <source>Under these keys</source>
        <translation>使用的密钥</translation>
    </message>
    <message>
        <source>Who can read it</source>
        <translation>谁可以阅读</translation>
    </message>
    <message>
        <source>How far it came</source>
        <translation>送达情况</translation>
    </message>
    <message>
        <source>From</source>
        <translation>发送者</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Size, sealed</source>
        <translation>封存后的大小</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>You · {id}</source>
        <translation>你 · {id}</translation>
    </message>
    <message>
        <source>By the passphrase session with {contact}, under a key of its own that is forgotten after use.</source>
        <translation>由与 {contact} 的口令会话封存，使用单独的密钥，用后即销毁。</translation>
    </message>
    <message>
        <source>By the passphrase session between the writer and each reader: for each apart, under a key of its own that is forgotten after use.</source>
        <translation>由写信人与每位读者之间的口令会话封存：每人一份，各用单独的密钥，用后即销毁。</translation>
    </message>
    <message>
        <source>Not sealed yet: nothing of it has left this computer.</source>
        <translation>尚未封存：没有任何内容离开这台电脑。</translation>
    </message>
    <message>
        <source>By {company}&apos;s own encryption: under a key of its own, and that under each of the keys below.</source>
        <translation>由 {company} 自己的加密封存：消息用单独的密钥封存，该密钥再用下面的每把密钥封存。</translation>
    </message>
    <message>
        <source>By {company}&apos;s own encryption: the text itself, by {company}&apos;s own algorithm.</source>
        <translation>由 {company} 自己的加密封存：正文本身由 {company} 自己的算法封存。</translation>
    </message>
    <message>
        <source>And inside a passphrase session: both were needed to open it.</source>
        <translation>并且在口令会话之内：两者都具备才能打开。</translation>
    </message>
    <message>
        <source>A method that this computer does not know</source>
        <translation>这台电脑不知道的方法</translation>
    </message>
    <message>
        <source>auditor {name}</source>
        <translation>审计方 {name}</translation>
    </message>
    <message>
        <source>revoked: whoever took it can read this message, too</source>
        <translation>已吊销：拿走它的人也能读这条消息</translation>
    </message>
    <message>
        <source>You and {contact}, on the two computers of the session; nobody else.</source>
        <translation>你和 {contact}，在会话的两台电脑上；没有别人。</translation>
    </message>
    <message>
        <source>You alone: it was taken back before anybody else had it.</source>
        <translation>只有你：在别人收到之前，这条消息已被撤回。</translation>
    </message>
    <message>
        <source>You and the people of this conversation: {contacts}.</source>
        <translation>你和这个对话中的人：{contacts}。</translation>
    </message>
    <message>
        <source>You and those of this room to whom it goes: they stand below.</source>
        <translation>你，以及群聊里会收到它的人：见下方。</translation>
    </message>
    <message>
        <source>Those who were in this room by what the writer&apos;s computer knew.</source>
        <translation>据写信人的电脑所知，当时在群聊里的人。</translation>
    </message>
    <message>
        <source>{name}, as auditor.</source>
        <translation>{name}，作为审计方。</translation>
    </message>
</context>
<context>
    <name>MessageMenu</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy message</source>
        <translation>复制消息</translation>
    </message>
    <message>
        <source>Message info…</source>
        <translation>消息信息…</translation>
    </message>
    <message>
        <source>Take back…</source>
        <translation>撤回…</translation>
    </message>
    <message>
        <source>Open {host}</source>
        <translation>打开 {host}</translation>
    </message>
    <message>
        <source>Copy link</source>
        <translation>复制链接</translation>
    </message>
</context>
<context>
    <name>MethodRow</name>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Test: {method}</source>
        <translation>测试：{method}</translation>
    </message>
    <message>
        <source>Trying…</source>
        <translation>正在测试…</translation>
    </message>
    <message>
        <source>Tested at {time}.</source>
        <translation>测试于 {time}。</translation>
    </message>
</context>
<context>
    <name>NameStep</name>
    <message>
        <source>Welcome to Watchword. Here, two people who know the same phrase open a private conversation. Nobody in between can read it.</source>
        <translation>欢迎使用 Watchword。两个知道同一口令的人，可以在这里开启私密对话，中间没有人能读到内容。</translation>
    </message>
    <message>
        <source>What is your name? It stays on this computer.</source>
        <translation>怎么称呼你？名字只留在这台电脑上。</translation>
    </message>
    <message>
        <source>Your name</source>
        <translation>你的名字</translation>
    </message>
    <message>
        <source>Join with a company file…</source>
        <translation>用公司文件加入…</translation>
    </message>
    <message>
        <source>I already have an account…</source>
        <translation>我已经有账户…</translation>
    </message>
</context>
<context>
    <name>NewConversation</name>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
</context>
<context>
    <name>NewMaster</name>
    <message>
        <source>The two are not the same.</source>
        <translation>两次输入不一致。</translation>
    </message>
    <message>
        <source>Master passphrase</source>
        <translation>主口令</translation>
    </message>
    <message>
        <source>At least four words. Watchword asks for it at each start; nobody can restore it.</source>
        <translation>至少四个词。Watchword 每次启动都会询问；忘记后无人能恢复。</translation>
    </message>
    <message>
        <source>The same again</source>
        <translation>再输入一次</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>Notifications</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>A notification of a message shows</source>
        <translation>消息通知显示</translation>
    </message>
    <message>
        <source>name and text</source>
        <translation>名字和内容</translation>
    </message>
    <message>
        <source>the name only</source>
        <translation>仅名字</translation>
    </message>
    <message>
        <source>neither name nor text</source>
        <translation>不显示名字和内容</translation>
    </message>
    <message>
        <source>Stay in the tray when the window is closed</source>
        <translation>关闭窗口后留在托盘</translation>
    </message>
    <message>
        <source>Stay in the taskbar when the window is closed</source>
        <translation>关闭窗口后留在任务栏</translation>
    </message>
    <message>
        <source>Messages and requests keep arriving. Quit from the tray&apos;s menu or with Ctrl+Q.</source>
        <translation>消息和请求会继续送达。可从托盘菜单或按 Ctrl+Q 退出。</translation>
    </message>
    <message>
        <source>This desktop has no tray, so the closed window waits in the taskbar; messages and requests keep arriving. Quit with Ctrl+Q.</source>
        <translation>此桌面没有托盘，所以关闭的窗口会留在任务栏；消息和请求会继续送达。按 Ctrl+Q 退出。</translation>
    </message>
    <message>
        <source>Quit Watchword</source>
        <translation>退出 Watchword</translation>
    </message>
</context>
<context>
    <name>Notifier</name>
    <message>
        <source>Watchword</source>
        <translation>Watchword</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>新消息</translation>
    </message>
    <message>
        <source>{contact} asks for a conversation</source>
        <translation>{contact} 想和你对话</translation>
    </message>
    <message>
        <source>Type the phrase you agreed on.</source>
        <translation>请输入你们约定的口令。</translation>
    </message>
    <message>
        <source>You are invited to a room.</source>
        <translation>有人邀请你加入群聊。</translation>
    </message>
    <message>
        <source>{contact} is online</source>
        <translation>{contact} 已在线</translation>
    </message>
    <message>
        <source>You can ask for a conversation again.</source>
        <translation>可以再次请求对话了。</translation>
    </message>
    <message>
        <source>A new computer asks to be added</source>
        <translation>有一台新电脑请求添加</translation>
    </message>
    <message>
        <source>If it is yours, type its words in the settings. If not, there is nothing to do.</source>
        <translation>如果是你的，请在设置中输入它的词。如果不是，则无需理会。</translation>
    </message>
    <message>
        <source>Somebody</source>
        <translation>有人</translation>
    </message>
</context>
<context>
    <name>Offer</name>
    <message>
        <source>Your other computer made this one your company&apos;s, too. Only the newest company file is missing: Watchword looks for it where your company puts its files. You can also take it here.</source>
        <translation>你的另一台电脑已让这一台也加入了公司，只缺最新的公司文件：Watchword 会到公司存放文件的地方去找。你也可以在这里取用它。</translation>
    </message>
    <message>
        <source>If your company gave you a file to join by, take it here: its keys then protect what you write to your colleagues. Without a company, everything stays as it is.</source>
        <translation>如果公司给了你用于加入的文件，可以在这里使用：公司的密钥将保护你写给同事的内容。不属于任何公司时，一切照旧。</translation>
    </message>
    <message>
        <source>Join a company…</source>
        <translation>加入公司…</translation>
    </message>
    <message>
        <source>Take a company file…</source>
        <translation>取用公司文件…</translation>
    </message>
</context>
<context>
    <name>OpenLink</name>
    <message>
        <source>Write to {host}?</source>
        <translation>写邮件给 {host}？</translation>
    </message>
    <message>
        <source>Open {host}?</source>
        <translation>打开 {host}？</translation>
    </message>
    <message>
        <source>Your browser opens this address. Its owner will see that you came.</source>
        <translation>浏览器将打开此地址。网站的主人会知道你来过。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>OrganisationSection</name>
    <message>
        <source>Organisation</source>
        <translation>组织</translation>
    </message>
    <message>
        <source>You belong to {company} now.</source>
        <translation>你现在属于 {company}。</translation>
    </message>
    <message>
        <source>This computer has the newer file now.</source>
        <translation>这台电脑现在有了更新的文件。</translation>
    </message>
    <message>
        <source>This computer had this file already. Nothing was changed.</source>
        <translation>这台电脑已有这个文件。没有做任何改动。</translation>
    </message>
</context>
<context>
    <name>Outcome</name>
    <message>
        <source>You belong to {company} now</source>
        <translation>你现在属于 {company}</translation>
    </message>
    <message>
        <source>A new conversation shows your colleagues. The settings say more, under Organisation.</source>
        <translation>新建会话时会显示你的同事。更多内容在设置的“组织”中。</translation>
    </message>
    <message>
        <source>Your company uses another relay than this profile, so its people cannot be reached from here. Join with a new profile instead.</source>
        <translation>公司使用的中继与这个配置不同，因此从这里无法联系到公司里的人。请改用新的配置加入。</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
</context>
<context>
    <name>Outside</name>
    <message>
        <source>outside {company}</source>
        <translation>{company} 以外</translation>
    </message>
    <message>
        <source>{count} outside {company}</source>
        <translation>{count} 人在 {company} 以外</translation>
    </message>
    <message>
        <source>{company}&apos;s encryption is not for people outside it: a passphrase session protects this conversation.</source>
        <translation>{company} 的加密不用于公司以外的人：此对话由口令会话保护。</translation>
    </message>
    <message>
        <source>{company} allows no conversations with people outside it.</source>
        <translation>{company} 不允许与公司以外的人对话。</translation>
    </message>
    <message>
        <source>{contact} is outside {company} and cannot be in one conversation with colleagues. Take the others back to talk with {contact} alone, by a phrase.</source>
        <translation>{contact} 在 {company} 以外，不能与同事在同一个对话里。请先移除其他人，再用口令与 {contact} 单独对话。</translation>
    </message>
    <message>
        <source>{contact} is outside {company}, which allows no conversations with people outside it.</source>
        <translation>{contact} 在 {company} 以外，而 {company} 不允许与公司以外的人对话。</translation>
    </message>
    <message>
        <source>Not picked any more, because {company}&apos;s directory lists them no longer: {contacts}.</source>
        <translation>{company} 的名录里已没有以下的人，不再选中：{contacts}。</translation>
    </message>
    <message>
        <source>{company} allows no conversations with people outside it, and {contact} is not in its directory. Nothing is sent until that changes; what is written stays here.</source>
        <translation>{company} 不允许与公司以外的人对话，而 {contact} 不在其名录里。在此改变之前不会发送任何内容；写下的内容保留在这里。</translation>
    </message>
</context>
<context>
    <name>OutsideCard</name>
    <message>
        <source>For the id {account}</source>
        <translation>供 ID {account} 使用</translation>
    </message>
    <message>
        <source>The digits of your company. Have them read to you by whoever gave you the file, in person or on a call. If they are not the same, stop here.</source>
        <translation>这是公司的数字。请让给你文件的人当面或在通话中把数字念给你听。如果不一致，请就此停止。</translation>
    </message>
    <message>
        <source>The digits of your company</source>
        <translation>公司的数字</translation>
    </message>
    <message>
        <source>Another file</source>
        <translation>换一个文件</translation>
    </message>
</context>
<context>
    <name>OwnAccountStep</name>
    <message>
        <source>What is your id? On the other computer it stands in the settings, under Account.</source>
        <translation>你的 ID 是什么？在另一台电脑上，它写在设置的“账户”里。</translation>
    </message>
    <message>
        <source>Your id</source>
        <translation>你的 ID</translation>
    </message>
</context>
<context>
    <name>OwnRelayStep</name>
    <message>
        <source>Welcome back. Your other computer will add this one. Which relay does your account use? On the other computer its address stands in the settings, under Relay.</source>
        <translation>欢迎回来。你的另一台电脑会添加这一台。你的账户使用哪个中继？在另一台电脑上，它的地址写在设置的“中继”里。</translation>
    </message>
</context>
<context>
    <name>PasswordField</name>
    <message>
        <source>Hide the password</source>
        <translation>隐藏密码</translation>
    </message>
    <message>
        <source>Show the password</source>
        <translation>显示密码</translation>
    </message>
</context>
<context>
    <name>PeopleSearch</name>
    <message>
        <source>Name or id</source>
        <translation>名字或 ID</translation>
    </message>
    <message>
        <source>Contacts and colleagues</source>
        <translation>联系人和同事</translation>
    </message>
    <message>
        <source>Contacts</source>
        <translation>联系人</translation>
    </message>
    <message>
        <source>Picked</source>
        <translation>已选</translation>
    </message>
    <message>
        <source>Nobody picked yet</source>
        <translation>还没有选人</translation>
    </message>
    <message>
        <source>Nobody in your contacts yet. Type an id above.</source>
        <translation>还没有联系人。请在上面输入 ID。</translation>
    </message>
    <message>
        <source>Picked: {contacts}</source>
        <translation>已选：{contacts}</translation>
    </message>
    <message>
        <source>blocked</source>
        <translation>已屏蔽</translation>
    </message>
    <message>
        <source>Ask this id, which is outside {company}</source>
        <translation>请求与此 ID 对话，它在 {company} 以外</translation>
    </message>
    <message>
        <source>Ask this id, which is not in your contacts</source>
        <translation>向这个不在联系人中的 ID 发出请求</translation>
    </message>
</context>
<context>
    <name>Person</name>
    <message>
        <source>id: {account}</source>
        <translation>ID：{account}</translation>
    </message>
    <message>
        <source>not in your contacts</source>
        <translation>不在你的联系人中</translation>
    </message>
</context>
<context>
    <name>PersonChip</name>
    <message>
        <source>Take {contact} back</source>
        <translation>移除 {contact}</translation>
    </message>
</context>
<context>
    <name>PersonPage</name>
    <message>
        <source>Back to all contacts</source>
        <translation>返回全部联系人</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>It names this person on the relay, whatever you call them.</source>
        <translation>无论你怎么称呼对方，中继上都用它指代此人。</translation>
    </message>
    <message>
        <source>Open chat</source>
        <translation>打开聊天</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>写消息</translation>
    </message>
    <message>
        <source>Unblock</source>
        <translation>取消屏蔽</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>重命名…</translation>
    </message>
    <message>
        <source>Add to contacts</source>
        <translation>添加到联系人</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
    <message>
        <source>Block…</source>
        <translation>屏蔽…</translation>
    </message>
    <message>
        <source>Blocked. Requests of {contact} are met with silence.</source>
        <translation>已屏蔽。{contact} 的请求不会得到任何回应。</translation>
    </message>
    <message>
        <source>not in your contacts</source>
        <translation>不在你的联系人中</translation>
    </message>
    <message>
        <source>online</source>
        <translation>在线</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>not in {company}&apos;s directory</source>
        <translation>不在 {company} 的名录中</translation>
    </message>
    <message>
        <source>Colleague at {company}</source>
        <translation>{company} 的同事</translation>
    </message>
    <message>
        <source>Colleague at {company}, as {contact} in its directory</source>
        <translation>{company} 的同事，名录中的名字是 {contact}</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>PhraseEntry</name>
    <message>
        <source>Tab completes the word.</source>
        <translation>按 Tab 补全此词。</translation>
    </message>
    <message>
        <source>Words recognised: {count}</source>
        <translation>已识别的词：{count}</translation>
    </message>
    <message>
        <source>{judgement} Enough for {company}.</source>
        <translation>{judgement}已达到 {company} 的要求。</translation>
    </message>
    <message>
        <source>Not enough for {company} yet. Add words that do not belong together.</source>
        <translation>还没有达到 {company} 的要求。请再加上互不相关的词。</translation>
    </message>
</context>
<context>
    <name>PhraseField</name>
    <message>
        <source>Hide the phrase</source>
        <translation>隐藏口令</translation>
    </message>
    <message>
        <source>Show the phrase</source>
        <translation>显示口令</translation>
    </message>
</context>
<context>
    <name>PhrasePage</name>
    <message>
        <source>Generate</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>Type my own</source>
        <translation>自己输入</translation>
    </message>
    <message>
        <source>Another phrase</source>
        <translation>换一个口令</translation>
    </message>
    <message>
        <source>A phrase that only you and {contact} know</source>
        <translation>只有你和 {contact} 知道的口令</translation>
    </message>
    <message>
        <source>A guesser gets one live try, and you would see it fail.</source>
        <translation>猜测者只有一次当场尝试的机会，而且你会看到它失败。</translation>
    </message>
    <message>
        <source>The last phrase is not kept any more. Pass on this new one, or type the old one.</source>
        <translation>上次的口令不再保留。请转告这条新口令，或输入原来的口令。</translation>
    </message>
    <message>
        <source>Add a hint</source>
        <translation>添加提示</translation>
    </message>
    <message>
        <source>Add {contact} to my contacts</source>
        <translation>将 {contact} 加入我的联系人</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>I agreed on a new phrase</source>
        <translation>我们已约定新的口令</translation>
    </message>
    <message>
        <source>A phrase for {contact}</source>
        <translation>给 {contact} 的口令</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Not encrypted: the relay can read it. {count} characters left.</source>
        <translation>未加密：中继可以读到。还可输入 {count} 个字符。</translation>
    </message>
    <message>
        <source>Hint (not encrypted)</source>
        <translation>提示（未加密）</translation>
    </message>
    <message>
        <source>Which phrase you mean, without the phrase</source>
        <translation>说明是哪个口令，但不要写出口令</translation>
    </message>
</context>
<context>
    <name>Picking</name>
    <message>
        <source>Nobody matches.</source>
        <translation>没有匹配的人。</translation>
    </message>
    <message>
        <source>{people} picked</source>
        <translation>已选 {people}</translation>
    </message>
    <message>
        <source>Nobody picked yet</source>
        <translation>还没有选人</translation>
    </message>
    <message>
        <source>Pick none</source>
        <translation>全部取消</translation>
    </message>
    <message>
        <source>Pick all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Name or id</source>
        <translation>名字或 ID</translation>
    </message>
    <message>
        <source>People who can be invited</source>
        <translation>可以邀请的人</translation>
    </message>
    <message>
        <source>Picked</source>
        <translation>已选</translation>
    </message>
</context>
<context>
    <name>PinDialog</name>
    <message>
        <source>PIN of the token {token}</source>
        <translation>令牌 {token} 的 PIN</translation>
    </message>
    <message>
        <source>Your company&apos;s key is on this token. The PIN goes to the token and to nobody else.</source>
        <translation>公司的密钥在这个令牌上。PIN 只交给令牌，不交给任何人。</translation>
    </message>
    <message>
        <source>PIN; not your computer&apos;s password</source>
        <translation>PIN；不是这台电脑的密码</translation>
    </message>
    <message>
        <source>Type the PIN.</source>
        <translation>请输入 PIN。</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在验证…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>暂不</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
</context>
<context>
    <name>PinField</name>
    <message>
        <source>Hide the PIN</source>
        <translation>隐藏 PIN</translation>
    </message>
    <message>
        <source>Show the PIN</source>
        <translation>显示 PIN</translation>
    </message>
</context>
<context>
    <name>Privacy</name>
    <message>
        <source>Requests</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>Only my contacts may ask me for a conversation</source>
        <translation>只有联系人可以请求与我对话</translation>
    </message>
    <message>
        <source>Others are met with silence: they see that nobody answered, and you see nothing.</source>
        <translation>其他人得不到任何回应：他们只看到无人应答，你也不会看到请求。</translation>
    </message>
</context>
<context>
    <name>PromptView</name>
    <message>
        <source>Block</source>
        <translation>屏蔽</translation>
    </message>
    <message>
        <source>Decline</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>暂不</translation>
    </message>
    <message>
        <source>Open conversation</source>
        <translation>开启对话</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Unconfirmed note</source>
        <translation>未经核实的附言</translation>
    </message>
    <message>
        <source>The phrase you agreed with {contact}; not your computer&apos;s password</source>
        <translation>你与 {contact} 约定的口令；不是你电脑的密码</translation>
    </message>
    <message>
        <source>You both asked at the same time. Your phrase is kept: open with it, or type the one the other side chose.</source>
        <translation>你们同时发出了请求。你的口令仍保留：可直接用它开启，或输入对方选的口令。</translation>
    </message>
</context>
<context>
    <name>ProxyForm</name>
    <message>
        <source>Directly, without a proxy</source>
        <translation>直接连接，不用代理</translation>
    </message>
    <message>
        <source>As this computer is set up</source>
        <translation>按本机的系统设置</translation>
    </message>
    <message>
        <source>Through this proxy</source>
        <translation>通过此代理</translation>
    </message>
    <message>
        <source>Address of the proxy</source>
        <translation>代理的地址</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户名</translation>
    </message>
    <message>
        <source>if the proxy asks</source>
        <translation>代理要求时填写</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
</context>
<context>
    <name>ProxyOffer</name>
    <message>
        <source>My network has a proxy</source>
        <translation>我的网络需要代理</translation>
    </message>
</context>
<context>
    <name>ProxySection</name>
    <message>
        <source>Proxy</source>
        <translation>代理</translation>
    </message>
    <message>
        <source>Between this computer and the relay everything stays protected, whatever the proxy. A relay on this computer is reached directly.</source>
        <translation>无论经过什么代理，本机与中继之间的一切始终受到保护。本机上的中继总是直接连接。</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Use this proxy</source>
        <translation>使用此代理</translation>
    </message>
</context>
<context>
    <name>Reached</name>
    <message>
        <source>Did not get it: not reached</source>
        <translation>没有收到：无法送达</translation>
    </message>
    <message>
        <source>{count} of {all} have it.</source>
        <translation>{all} 人中 {count} 人已收到。</translation>
    </message>
    <message>
        <source>Name or id</source>
        <translation>名字或 ID</translation>
    </message>
    <message>
        <source>Waits here: their mailbox at the relay is full</source>
        <translation>在此等待：对方在中继的信箱已满</translation>
    </message>
</context>
<context>
    <name>Recall</name>
    <message>
        <source>Too late: the message was delivered, or taken back, already.</source>
        <translation>来不及了：这条消息已送达，或已被撤回。</translation>
    </message>
    <message>
        <source>Too many messages in a row were taken back. Once the other person has written, it works again.</source>
        <translation>连续撤回的消息太多。对方写来消息后即可再次撤回。</translation>
    </message>
    <message>
        <source>This message cannot be taken back from here. The desktop that wrote it can, if any can.</source>
        <translation>无法在这里撤回这条消息。如果还能撤回，只能在写下它的那台电脑上进行。</translation>
    </message>
    <message>
        <source>The message was taken back. Nobody had it.</source>
        <translation>消息已撤回，没有人收到。</translation>
    </message>
    <message>
        <source>The message was taken back from some. Others have it already.</source>
        <translation>消息已对部分人撤回，其他人已经收到。</translation>
    </message>
    <message>
        <source>Too late: the message was delivered already.</source>
        <translation>来不及了：这条消息已经送达。</translation>
    </message>
    <message>
        <source>You took it back before it had left this computer.</source>
        <translation>你在它离开这台电脑之前撤回了它。</translation>
    </message>
    <message>
        <source>You took a message back</source>
        <translation>你撤回了一条消息</translation>
    </message>
    <message>
        <source>You took a message back from some</source>
        <translation>你向部分人撤回了一条消息</translation>
    </message>
    <message>
        <source>You took it back: the relay had it for one computer.</source>
        <translation>你撤回了它：中继当时为一台电脑保存着它。</translation>
    </message>
    <message>
        <source>You took it back: the relay had it for {count} computers.</source>
        <translation>你撤回了它：中继当时为 {count} 台电脑保存着它。</translation>
    </message>
    <message>
        <source>One more was being given it just then.</source>
        <translation>当时它正在送往另一台电脑。</translation>
    </message>
    <message>
        <source>{count} more were being given it just then.</source>
        <translation>当时它正在送往另外 {count} 台电脑。</translation>
    </message>
    <message>
        <source>{said} {more}</source>
        <translation>{said}{more}</translation>
    </message>
    <message>
        <source>Take this message back?</source>
        <translation>撤回这条消息？</translation>
    </message>
    <message>
        <source>Whoever does not have it yet will never get it, and is not told. Who has it keeps it; the message then says so.</source>
        <translation>还没有收到的人将不会再收到，也不会得到通知。已经收到的人会保留它；消息旁会注明这一点。</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>Refusal</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
</context>
<context>
    <name>RelayHere</name>
    <message>
        <source>A relay on this computer</source>
        <translation>这台电脑上的中继</translation>
    </message>
    <message>
        <source>For the people on this network. It carries sealed messages and can read none. While it is off, nobody reaches anybody through it.</source>
        <translation>供此网络上的人使用。它传送封好的消息，一条也读不到。它关闭时，没有人能通过它联系。</translation>
    </message>
    <message>
        <source>Keep it running when Watchword is closed</source>
        <translation>关闭 Watchword 后仍保持运行</translation>
    </message>
    <message>
        <source>Its address</source>
        <translation>它的地址</translation>
    </message>
    <message>
        <source>Give this to the others; they type it as their relay.</source>
        <translation>把它告诉其他人，他们把它填作自己的中继。</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Stop the relay</source>
        <translation>停止中继</translation>
    </message>
    <message>
        <source>Run a relay on this computer</source>
        <translation>在这台电脑上运行中继</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>The relay on this computer did not start: another program uses its port {port}. Close that program and try again.</source>
        <translation>这台电脑上的中继没有启动：另一个程序占用了它的端口 {port}。请关闭那个程序，然后重试。</translation>
    </message>
    <message>
        <source>The relay on this computer did not start: this computer does not allow it port {port}.</source>
        <translation>这台电脑上的中继没有启动：这台电脑不允许它使用端口 {port}。</translation>
    </message>
    <message>
        <source>The relay on this computer did not start: its folder {folder} cannot be written. Give yourself the right to write there and try again.</source>
        <translation>这台电脑上的中继没有启动：它的文件夹 {folder} 无法写入。请给自己写入的权限，然后重试。</translation>
    </message>
    <message>
        <source>The relay on this computer did not start: {folder} holds something that is not the relay&apos;s. Move that elsewhere and try again.</source>
        <translation>这台电脑上的中继没有启动：{folder} 里有不属于中继的内容。请把它移到别处，然后重试。</translation>
    </message>
    <message>
        <source>The relay on this computer did not start: another relay runs with its folder {folder}. Stop that one and try again.</source>
        <translation>这台电脑上的中继没有启动：另一个中继正在使用它的文件夹 {folder}。请停止那个中继，然后重试。</translation>
    </message>
    <message>
        <source>The relay on this computer did not start: the disk that holds {folder} is full. Make room and try again.</source>
        <translation>这台电脑上的中继没有启动：{folder} 所在的磁盘已满。请腾出空间，然后重试。</translation>
    </message>
    <message>
        <source>The relay on this computer did not start: its data in {folder} are damaged, or were written by a newer Watchword. Nothing was overwritten.</source>
        <translation>这台电脑上的中继没有启动：它在 {folder} 中的数据已损坏，或由更新版本的 Watchword 写入。没有覆盖任何内容。</translation>
    </message>
    <message>
        <source>The relay on this computer did not start: its program is missing or cannot be run. Install Watchword again.</source>
        <translation>这台电脑上的中继没有启动：它的程序缺失或无法运行。请重新安装 Watchword。</translation>
    </message>
    <message>
        <source>The relay on this computer did not start in time. Try again once the computer is less busy.</source>
        <translation>这台电脑上的中继没有按时启动。请等电脑不那么忙时重试。</translation>
    </message>
    <message>
        <source>The relay on this computer ended at once, with the code {code}. The reason stands in {log}.</source>
        <translation>这台电脑上的中继立即结束了，代码为 {code}。原因写在 {log} 里。</translation>
    </message>
</context>
<context>
    <name>RelaySection</name>
    <message>
        <source>Relay</source>
        <translation>中继</translation>
    </message>
    <message>
        <source>Address of the relay</source>
        <translation>中继的地址</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Use this address</source>
        <translation>使用此地址</translation>
    </message>
</context>
<context>
    <name>RelayStep</name>
    <message>
        <source>Which relay do you use? It passes sealed messages on and keeps them while somebody is away. It can read none. Whoever runs it gave you its address.</source>
        <translation>你使用哪个中继？它转交封好的消息，有人不在时替他保管，但一条也读不到。它的地址由运营它的人提供。</translation>
    </message>
    <message>
        <source>Address of the relay</source>
        <translation>中继的地址</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>I have none: run a relay on this computer</source>
        <translation>我没有：在这台电脑上运行中继</translation>
    </message>
</context>
<context>
    <name>Rename</name>
    <message>
        <source>Rename {contact}</source>
        <translation>重命名 {contact}</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名字</translation>
    </message>
    <message>
        <source>Only you see this name. Empty shows the id again.</source>
        <translation>只有你能看到这个名字。留空则显示 ID。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
</context>
<context>
    <name>RenameRoom</name>
    <message>
        <source>Rename the room</source>
        <translation>重命名群聊</translation>
    </message>
    <message>
        <source>Everybody in the room sees the name, and who changed it.</source>
        <translation>群聊里的每个人都能看到名称，以及是谁改的。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
</context>
<context>
    <name>RequestRow</name>
    <message>
        <source>not in your contacts</source>
        <translation>不在你的联系人中</translation>
    </message>
    <message>
        <source>Waits quietly: too many requests at once.</source>
        <translation>静静等待：一时请求太多。</translation>
    </message>
    <message>
        <source>You missed a request.</source>
        <translation>你错过了一个请求。</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回应</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Ask back</source>
        <translation>回请</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>再次请求</translation>
    </message>
</context>
<context>
    <name>RequestsPanel</name>
    <message>
        <source>Requests</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>Nobody has asked you for a conversation, and you have asked nobody.</source>
        <translation>还没有人请求与你对话，你也没有请求过别人。</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>Missed</source>
        <translation>错过的</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>更早</translation>
    </message>
</context>
<context>
    <name>RequestsWindow</name>
    <message>
        <source>Requests</source>
        <translation>请求</translation>
    </message>
</context>
<context>
    <name>Ring</name>
    <message>
        <source>{seconds} seconds left</source>
        <translation>还剩 {seconds} 秒</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>正在进行</translation>
    </message>
</context>
<context>
    <name>RoomBars</name>
    <message>
        <source>Send the list again</source>
        <translation>重新发送名单</translation>
    </message>
    <message>
        <source>Somebody here knows a change of this room that this computer does not have yet. What you write is sent as soon as it comes.</source>
        <translation>这里有人知道一项这台电脑还没有收到的群聊变更。它一到，你写的内容就会发出。</translation>
    </message>
    <message>
        <source>{names} has no session with you yet. What you write waits for it.</source>
        <translation>{names} 与你还没有会话。在此之前，你写的内容会等待发送。</translation>
    </message>
    <message>
        <source>{names} have no session with you yet. What you write waits for it.</source>
        <translation>{names} 与你还没有会话。在此之前，你写的内容会等待发送。</translation>
    </message>
    <message>
        <source>{names} is in this room and gets nothing from you.</source>
        <translation>{names} 在群聊里，但收不到你的消息。</translation>
    </message>
    <message>
        <source>{names} are in this room and get nothing from you.</source>
        <translation>{names} 在群聊里，但收不到你的消息。</translation>
    </message>
    <message>
        <source>One person is in this room and gets nothing from you.</source>
        <translation>群聊里有 1 人收不到你的消息。</translation>
    </message>
    <message>
        <source>{count} people are in this room and get nothing from you.</source>
        <translation>群聊里有 {count} 人收不到你的消息。</translation>
    </message>
    <message>
        <source>Ask {contact} for a session…</source>
        <translation>向 {contact} 请求会话…</translation>
    </message>
    <message>
        <source>Who is in…</source>
        <translation>查看成员…</translation>
    </message>
</context>
<context>
    <name>RoomDetails</name>
    <message>
        <source>{count} yet to answer</source>
        <translation>{count} 人尚未答复</translation>
    </message>
    <message>
        <source>{count} not reached</source>
        <translation>{count} 人收不到</translation>
    </message>
    <message>
        <source>People</source>
        <translation>成员</translation>
    </message>
    <message>
        <source>About the room</source>
        <translation>关于群聊</translation>
    </message>
    <message>
        <source>Rename the room…</source>
        <translation>重命名群聊…</translation>
    </message>
    <message>
        <source>Invite people…</source>
        <translation>邀请成员…</translation>
    </message>
    <message>
        <source>Leave the room…</source>
        <translation>退出群聊…</translation>
    </message>
</context>
<context>
    <name>RoomDialogs</name>
    <message>
        <source>“{name}”</source>
        <translation>“{name}”</translation>
    </message>
    <message>
        <source>Everybody in it sees that you left, and you get nothing of it any more. To come back, an owner has to invite you again. What was written so far stays on this computer.</source>
        <translation>群聊里的每个人都会看到你已退出，你不再收到其中任何内容。要回来，需由群主重新邀请。已有的内容会留在这台电脑上。</translation>
    </message>
    <message>
        <source>Nobody else is in it, so the room ends, and open invitations are taken back. What was written so far stays on this computer.</source>
        <translation>群聊里没有其他人，因此群聊将结束，未答复的邀请会被收回。已有的内容会留在这台电脑上。</translation>
    </message>
    <message>
        <source>Leave {room}?</source>
        <translation>退出{room}？</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>{contact} gets nothing that is written from now on, and keeps what was written before. Everybody sees that you took {contact} out.</source>
        <translation>{contact} 不再收到此后写的任何内容，之前的内容对方仍保留。每个人都会看到你移出了 {contact}。</translation>
    </message>
    <message>
        <source>{contact} still holds the company&apos;s keys: it is the members&apos; computers and the relay that leave {contact} out.</source>
        <translation>{contact} 仍持有公司的密钥：是成员的电脑和中继不再把内容给 {contact}。</translation>
    </message>
    <message>
        <source>Take {contact} out of the room?</source>
        <translation>把 {contact} 移出群聊？</translation>
    </message>
    <message>
        <source>Take out</source>
        <translation>移出</translation>
    </message>
    <message>
        <source>{contact} can then invite people, take members out, make owners and rename the room, like you. Who owned the room before {contact} can take that back.</source>
        <translation>之后 {contact} 和你一样，可以邀请、移出成员、设群主和重命名群聊。比 {contact} 更早做群主的人可以收回。</translation>
    </message>
    <message>
        <source>Make {contact} an owner?</source>
        <translation>把 {contact} 设为群主？</translation>
    </message>
    <message>
        <source>Make owner</source>
        <translation>设为群主</translation>
    </message>
    <message>
        <source>You stay in the room. Only another owner can make you an owner again.</source>
        <translation>你仍留在群聊里。只有其他群主才能再把你设为群主。</translation>
    </message>
    <message>
        <source>Give up being an owner?</source>
        <translation>不再做群主？</translation>
    </message>
    <message>
        <source>Give up</source>
        <translation>不再做群主</translation>
    </message>
    <message>
        <source>{contact} stays in the room, and can no longer invite people or take them out.</source>
        <translation>{contact} 仍留在群聊里，但不能再邀请或移出成员。</translation>
    </message>
    <message>
        <source>Make {contact} a member?</source>
        <translation>把 {contact} 改为成员？</translation>
    </message>
    <message>
        <source>Make member</source>
        <translation>改为成员</translation>
    </message>
    <message>
        <source>{contact} is asked once more whether they join.</source>
        <translation>会再次询问 {contact} 是否加入。</translation>
    </message>
    <message>
        <source>{contact} has not answered. The relay keeps an invitation for a limited time only. {contact} is asked once more whether they join.</source>
        <translation>{contact} 尚未答复。中继只在有限的时间内保留邀请。将再次询问 {contact} 是否加入。</translation>
    </message>
    <message>
        <source>{contact} has another key than when they were invited, as after joining the company anew. They are taken out, invited with the key they have now, and asked whether they join.</source>
        <translation>{contact} 的密钥与受邀时不同，例如重新加入了公司。对方会被移出，以现在的密钥重新受邀，并被询问是否加入。</translation>
    </message>
    <message>
        <source>{contact} is taken out, invited with the key they have now, and asked whether they join.</source>
        <translation>{contact} 会被移出，以现在的密钥重新受邀，并被询问是否加入。</translation>
    </message>
    <message>
        <source>Invite {contact} again?</source>
        <translation>重新邀请 {contact}？</translation>
    </message>
    <message>
        <source>Invite again</source>
        <translation>重新邀请</translation>
    </message>
</context>
<context>
    <name>RoomFoot</name>
    <message>
        <source>Join</source>
        <translation>加入</translation>
    </message>
    <message>
        <source>Decline</source>
        <translation>谢绝</translation>
    </message>
    <message>
        <source>Invite people…</source>
        <translation>邀请成员…</translation>
    </message>
    <message>
        <source>You are invited to “{name}”</source>
        <translation>有人邀请你加入“{name}”</translation>
    </message>
    <message>
        <source>{contact} invites you to “{name}”</source>
        <translation>{contact} 邀请你加入“{name}”</translation>
    </message>
    <message>
        <source>{kind}, with {people} in it so far.</source>
        <translation>{kind}，目前有 {people}。</translation>
    </message>
    <message>
        <source>Whoever is in sees whether you join, and you read what is written from then on.</source>
        <translation>群聊里的人会看到你是否加入，你能读到此后写的内容。</translation>
    </message>
    <message>
        <source>Whoever is in sees whether you join. You read what is written from then on, and what the relay still keeps of what was written before.</source>
        <translation>群聊里的人会看到你是否加入。你能读到此后写的内容，以及此前写的、中继仍保留的内容。</translation>
    </message>
</context>
<context>
    <name>RoomLines</name>
    <message>
        <source>You named the room “{name}”.</source>
        <translation>你把群聊命名为“{name}”。</translation>
    </message>
    <message>
        <source>You ask the relay to keep messages for {time}.</source>
        <translation>你请求中继把消息保留 {time}。</translation>
    </message>
    <message>
        <source>You invited {whom}.</source>
        <translation>你邀请了 {whom}。</translation>
    </message>
    <message>
        <source>You took {whom} out of the room.</source>
        <translation>你把 {whom} 移出了群聊。</translation>
    </message>
    <message>
        <source>You made {whom} an owner.</source>
        <translation>你把 {whom} 设为群主。</translation>
    </message>
    <message>
        <source>You made {whom} a member.</source>
        <translation>你把 {whom} 改为成员。</translation>
    </message>
    <message>
        <source>You joined.</source>
        <translation>你加入了群聊。</translation>
    </message>
    <message>
        <source>You declined the invitation.</source>
        <translation>你谢绝了邀请。</translation>
    </message>
    <message>
        <source>You left.</source>
        <translation>你退出了群聊。</translation>
    </message>
    <message>
        <source>You handed the room over to {whom} and left.</source>
        <translation>你把群聊移交给 {whom} 并退出。</translation>
    </message>
    <message>
        <source>{who} named the room “{name}”.</source>
        <translation>{who} 把群聊命名为“{name}”。</translation>
    </message>
    <message>
        <source>{who} asks the relay to keep messages for {time}.</source>
        <translation>{who} 请求中继把消息保留 {time}。</translation>
    </message>
    <message>
        <source>{who} invited {whom}.</source>
        <translation>{who} 邀请了 {whom}。</translation>
    </message>
    <message>
        <source>{who} took {whom} out of the room.</source>
        <translation>{who} 把 {whom} 移出了群聊。</translation>
    </message>
    <message>
        <source>{who} made {whom} an owner.</source>
        <translation>{who} 把 {whom} 设为群主。</translation>
    </message>
    <message>
        <source>{who} made {whom} a member.</source>
        <translation>{who} 把 {whom} 改为成员。</translation>
    </message>
    <message>
        <source>{who} joined.</source>
        <translation>{who} 加入了群聊。</translation>
    </message>
    <message>
        <source>{who} declined the invitation.</source>
        <translation>{who} 谢绝了邀请。</translation>
    </message>
    <message>
        <source>{who} left.</source>
        <translation>{who} 退出了群聊。</translation>
    </message>
    <message>
        <source>{who} handed the room over to {whom} and left.</source>
        <translation>{who} 把群聊移交给 {whom} 并退出。</translation>
    </message>
    <message>
        <source>You created the room “{name}”.</source>
        <translation>你创建了群聊“{name}”。</translation>
    </message>
    <message>
        <source>You shared with {whom} what was written here since the room was created.</source>
        <translation>你把群聊创建以来的内容分享给了 {whom}。</translation>
    </message>
    <message>
        <source>{who} created the room “{name}”.</source>
        <translation>{who} 创建了群聊“{name}”。</translation>
    </message>
    <message>
        <source>You leave it to the relay how long it keeps messages.</source>
        <translation>你让中继自行决定保留消息多久。</translation>
    </message>
    <message>
        <source>You gave up being an owner.</source>
        <translation>你不再做群主。</translation>
    </message>
    <message>
        <source>You gave up being an owner and left.</source>
        <translation>你不再做群主，并退出了群聊。</translation>
    </message>
    <message>
        <source>{who} leaves it to the relay how long it keeps messages.</source>
        <translation>{who} 让中继自行决定保留消息多久。</translation>
    </message>
    <message>
        <source>{who} gave up being an owner.</source>
        <translation>{who} 不再做群主。</translation>
    </message>
    <message>
        <source>{who} gave up being an owner and left.</source>
        <translation>{who} 不再做群主，并退出了群聊。</translation>
    </message>
    <message>
        <source>{who} invited you.</source>
        <translation>{who} 邀请了你。</translation>
    </message>
    <message>
        <source>{who} took you out of the room.</source>
        <translation>{who} 把你移出了群聊。</translation>
    </message>
    <message>
        <source>{who} made you an owner.</source>
        <translation>{who} 把你设为群主。</translation>
    </message>
    <message>
        <source>{who} made you a member.</source>
        <translation>{who} 把你改为成员。</translation>
    </message>
    <message>
        <source>{who} handed the room over to you and left.</source>
        <translation>{who} 把群聊移交给你并退出。</translation>
    </message>
    <message>
        <source>{who} shared with you what was written here since the room was created.</source>
        <translation>{who} 把群聊创建以来这里的内容分享给了你。</translation>
    </message>
    <message>
        <source>You made {whom} owners.</source>
        <translation>你把 {whom} 设为群主。</translation>
    </message>
    <message>
        <source>{who} made {whom} owners.</source>
        <translation>{who} 把 {whom} 设为群主。</translation>
    </message>
    <message>
        <source>You made {whom} members.</source>
        <translation>你把 {whom} 改为成员。</translation>
    </message>
    <message>
        <source>{who} made {whom} members.</source>
        <translation>{who} 把 {whom} 改为成员。</translation>
    </message>
    <message>
        <source>This does not hold, because another owner&apos;s change stands before it: {line}</source>
        <translation>此项无效，因为另一位群主的变更在先：{line}</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>{names} and one other</source>
        <translation>{names} 及另外 1 人</translation>
    </message>
    <message>
        <source>{names} and {count} others</source>
        <translation>{names} 及另外 {count} 人</translation>
    </message>
    <message>
        <source>{names} and {last}</source>
        <translation>{names} 和 {last}</translation>
    </message>
    <message>
        <source>you</source>
        <translation>你</translation>
    </message>
</context>
<context>
    <name>RoomRefusals</name>
    <message>
        <source>The room needs a name: one line, not too long. Choose another one.</source>
        <translation>群聊需要一个名称：一行，不要太长。请换一个。</translation>
    </message>
    <message>
        <source>Nobody is there besides you. Pick somebody, or wait until somebody joins.</source>
        <translation>除了你没有别人。请选人，或等有人加入。</translation>
    </message>
    <message>
        <source>That is too many: this room takes at most {limit} people, you included. Take some of them back.</source>
        <translation>人数太多：这个群聊连你在内最多 {limit} 人。请取消一些人。</translation>
    </message>
    <message>
        <source>{account} is in the list of this room already.</source>
        <translation>{account} 已在这个群聊的名单中。</translation>
    </message>
    <message>
        <source>{account} cannot be invited: in a company&apos;s room people have to be in its directory, and in a room by passphrases you need an open session with them.</source>
        <translation>无法邀请 {account}：公司群聊里的人必须在公司的名录中；口令群聊里，你需要与对方有已开启的会话。</translation>
    </message>
    <message>
        <source>Only an owner may do that; to another owner, only one who was an owner before them.</source>
        <translation>只有群主可以这样做；对另一位群主，只有比对方更早做群主的人可以。</translation>
    </message>
    <message>
        <source>Not connected to the relay, so nothing was changed in the room. Try again when it can be reached.</source>
        <translation>未连接到中继，群聊没有任何更改。请在连上中继后重试。</translation>
    </message>
    <message>
        <source>You are not in this room, so nothing was done. An owner can invite you.</source>
        <translation>你不在这个群聊里，因此什么都没有做。群主可以邀请你。</translation>
    </message>
    <message>
        <source>{account} is not in this room any more, or did not join yet.</source>
        <translation>{account} 已不在这个群聊里，或尚未加入。</translation>
    </message>
    <message>
        <source>You are the only owner. Choose who owns the room after you, then leave.</source>
        <translation>你是唯一的群主。请先选好之后由谁做群主，再退出。</translation>
    </message>
    <message>
        <source>This room was changed so often that it takes no more. Create a new one.</source>
        <translation>这个群聊的更改次数已达上限。请新建一个。</translation>
    </message>
</context>
<context>
    <name>RoomWords</name>
    <message>
        <source>Room at {company}</source>
        <translation>{company} 的群聊</translation>
    </message>
    <message>
        <source>Room by passphrases</source>
        <translation>口令群聊</translation>
    </message>
    <message>
        <source>A room at {company}: sealed by {company}&apos;s own encryption, for at most {most} colleagues. Everybody is asked whether they join.</source>
        <translation>{company} 的群聊：由 {company} 自己的加密封存，最多 {most} 位同事。每个人都会被询问是否加入。</translation>
    </message>
    <message>
        <source>A room by passphrases: what is written goes through the session with each person, at most {most}. Everybody is asked whether they join.</source>
        <translation>口令群聊：写的内容通过与每个人的会话分别送达，最多 {most} 人。每个人都会被询问是否加入。</translation>
    </message>
    <message>
        <source>invited, has not answered</source>
        <translation>已邀请，尚未答复</translation>
    </message>
    <message>
        <source>declined</source>
        <translation>已谢绝</translation>
    </message>
    <message>
        <source>left</source>
        <translation>已退出</translation>
    </message>
    <message>
        <source>taken out</source>
        <translation>已移出</translation>
    </message>
    <message>
        <source>You are invited.</source>
        <translation>你被邀请加入。</translation>
    </message>
    <message>
        <source>You declined the invitation. To come in after all, ask an owner to invite you again.</source>
        <translation>你谢绝了邀请。如果还是想加入，请群主重新邀请你。</translation>
    </message>
    <message>
        <source>You left this room, so nothing comes or goes any more. An owner can invite you again.</source>
        <translation>你已退出这个群聊，不再收发任何内容。群主可以重新邀请你。</translation>
    </message>
    <message>
        <source>You were taken out of this room, so nothing comes or goes any more. An owner can invite you again.</source>
        <translation>你被移出了这个群聊，不再收发任何内容。群主可以重新邀请你。</translation>
    </message>
    <message>
        <source>not reached: no session with you</source>
        <translation>收不到：与你没有会话</translation>
    </message>
    <message>
        <source>not reached: is in this room with another of their computers</source>
        <translation>收不到：对方在群聊里用的是另一台电脑</translation>
    </message>
    <message>
        <source>not reached: has another key by now</source>
        <translation>收不到：密钥已不同</translation>
    </message>
    <message>
        <source>not reached: blocked by you</source>
        <translation>收不到：被你屏蔽</translation>
    </message>
    <message>
        <source>not reached: outside your company</source>
        <translation>收不到：在你的公司以外</translation>
    </message>
    <message>
        <source>Nobody in this room gets anything from you yet, so nothing can be sent.</source>
        <translation>群聊里还没有人能收到你的消息，因此无法发送。</translation>
    </message>
    <message>
        <source>Nobody else is in this room now. You can write as soon as somebody joins.</source>
        <translation>群聊里现在没有其他人。有人加入后你就可以写消息。</translation>
    </message>
    <message>
        <source>What you have typed is kept.</source>
        <translation>你已输入的内容会保留。</translation>
    </message>
    <message>
        <source>1 person</source>
        <translation>1 人</translation>
    </message>
    <message>
        <source>{count} people</source>
        <translation>{count} 人</translation>
    </message>
    <message>
        <source>You are invited to this room</source>
        <translation>你被邀请加入这个群聊</translation>
    </message>
    <message>
        <source>{contact} invites you to this room</source>
        <translation>{contact} 邀请你加入这个群聊</translation>
    </message>
    <message>
        <source>Your list of who is in this room differs from {names}&apos;s. Nothing is sent until an owner sends the list again.</source>
        <translation>你的群聊成员名单与 {names} 的不一致。在群主重新发送名单之前，什么都不会发出。</translation>
    </message>
    <message>
        <source>You</source>
        <translation>你</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>群主</translation>
    </message>
    <message>
        <source>your company</source>
        <translation>你的公司</translation>
    </message>
</context>
<context>
    <name>RunPage</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>I agreed on a new phrase</source>
        <translation>我们已约定新的口令</translation>
    </message>
    <message>
        <source>The phrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Ask again when {contact} is online</source>
        <translation>{contact} 在线时再问</translation>
    </message>
    <message>
        <source>You will be told when {contact} is online, if each of you has the other in the contacts.</source>
        <translation>如果你们互为联系人，{contact} 在线时会通知你。</translation>
    </message>
    <message>
        <source>{contact} is online now.</source>
        <translation>{contact} 现在在线。</translation>
    </message>
    <message>
        <source>Show the phrase</source>
        <translation>显示口令</translation>
    </message>
    <message>
        <source>Hide the phrase</source>
        <translation>隐藏口令</translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Connecting…</source>
        <translation>正在连接…</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>正在打开…</translation>
    </message>
    <message>
        <source>No chat matches.</source>
        <translation>没有匹配的聊天。</translation>
    </message>
    <message>
        <source>Your conversations appear here.</source>
        <translation>你的对话会显示在这里。</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>聊天</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Contacts</source>
        <translation>联系人</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>搜索聊天</translation>
    </message>
    <message>
        <source>Requests, new ones waiting</source>
        <translation>请求，有新的在等待</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>请求</translation>
    </message>
</context>
<context>
    <name>Spoken</name>
    <message>
        <source>You</source>
        <translation>你</translation>
    </message>
</context>
<context>
    <name>Step</name>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
</context>
<context>
    <name>Strength</name>
    <message>
        <source>Easy to guess. Use several words that do not belong together.</source>
        <translation>容易猜到。请用几个互不相关的词。</translation>
    </message>
    <message>
        <source>Not bad. One or two more words make it good.</source>
        <translation>还可以。再加一两个词就好了。</translation>
    </message>
    <message>
        <source>Good.</source>
        <translation>不错。</translation>
    </message>
    <message>
        <source>Very good.</source>
        <translation>很好。</translation>
    </message>
</context>
<context>
    <name>Tongue</name>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>跟随系统</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Open Watchword</source>
        <translation>打开 Watchword</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Answer {contact}…</source>
        <translation>回应 {contact}…</translation>
    </message>
    <message>
        <source>PIN of {token}…</source>
        <translation>{token} 的 PIN…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Watchword: {contact} asks for a conversation</source>
        <translation>Watchword：{contact} 想和你对话</translation>
    </message>
    <message>
        <source>Watchword: the token {token} asks for its PIN</source>
        <translation>Watchword：令牌 {token} 需要 PIN</translation>
    </message>
    <message>
        <source>Watchword: {count} unread</source>
        <translation>Watchword：{count} 条未读</translation>
    </message>
    <message>
        <source>Watchword</source>
        <translation>Watchword</translation>
    </message>
</context>
<context>
    <name>Unlock</name>
    <message>
        <source>Watchword</source>
        <translation>Watchword</translation>
    </message>
    <message>
        <source>Master passphrase</source>
        <translation>主口令</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Unlocking…</source>
        <translation>正在解锁…</translation>
    </message>
    <message>
        <source>Welcome back</source>
        <translation>欢迎回来</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>正在打开…</translation>
    </message>
    <message>
        <source>Type the master passphrase of this profile.</source>
        <translation>请输入此配置的主口令。</translation>
    </message>
</context>
<context>
    <name>Waiting</name>
    <message>
        <source>One message. {reason}</source>
        <translation>一条消息。{reason}</translation>
    </message>
    <message>
        <source>{count} messages. {reason}</source>
        <translation>{count} 条消息。{reason}</translation>
    </message>
    <message>
        <source>What waits</source>
        <translation>等待中的内容</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>复制详细信息</translation>
    </message>
</context>
<context>
    <name>WaitingList</name>
    <message>
        <source>Came, and waits</source>
        <translation>已到达，等待打开</translation>
    </message>
    <message>
        <source>1 message: {why}</source>
        <translation>1 条消息：{why}</translation>
    </message>
    <message>
        <source>{count} messages: {why}</source>
        <translation>{count} 条消息：{why}</translation>
    </message>
</context>
<context>
    <name>WaitingPage</name>
    <message>
        <source>Stop waiting?</source>
        <translation>停止等待？</translation>
    </message>
    <message>
        <source>Nothing was set up here yet. You begin anew, and this computer gets other words then.</source>
        <translation>这里还没有设置好任何东西。你将重新开始，这台电脑会得到另外的词。</translation>
    </message>
    <message>
        <source>Stop waiting</source>
        <translation>停止等待</translation>
    </message>
    <message>
        <source>Wait on</source>
        <translation>继续等待</translation>
    </message>
    <message>
        <source>Add this computer on your other one</source>
        <translation>在你的另一台电脑上添加这一台</translation>
    </message>
    <message>
        <source>These words stand for this computer, which asks to be one of {id}:</source>
        <translation>这些词代表这台电脑，它请求成为 {id} 的一台电脑：</translation>
    </message>
    <message>
        <source>1. On the other computer open the settings, and there Computers.</source>
        <translation>1. 在另一台电脑上打开设置，找到“电脑”。</translation>
    </message>
    <message>
        <source>2. Press Add… and type these eight words.</source>
        <translation>2. 按“添加…”，输入这八个词。</translation>
    </message>
    <message>
        <source>3. Contacts and company come along. Conversations opened by a phrase stay there.</source>
        <translation>3. 联系人和公司会一起过来。用口令打开的会话留在那一台。</translation>
    </message>
    <message>
        <source>Nobody is told whether this id exists: if the other computer hears of nothing, compare id and relay. You may close Watchword meanwhile; it waits on when you open it again.</source>
        <translation>这个 ID 是否存在，不会告诉任何人：如果另一台电脑毫无反应，请核对 ID 和中继。你可以先关闭 Watchword；再打开时它会继续等待。</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>立即重试</translation>
    </message>
    <message>
        <source>Stop waiting…</source>
        <translation>停止等待…</translation>
    </message>
    <message>
        <source>Waiting for your other computer…</source>
        <translation>正在等待你的另一台电脑…</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Opening…</source>
        <translation>正在打开…</translation>
    </message>
    <message>
        <source>Choose a chat</source>
        <translation>选择一个聊天</translation>
    </message>
    <message>
        <source>Or begin a new conversation with somebody who knows your phrase.</source>
        <translation>或与知道你们口令的人开始新对话。</translation>
    </message>
    <message>
        <source>Or begin a new conversation with people at {company}, or anybody who knows your phrase.</source>
        <translation>或者与 {company} 的同事、与知道你们口令的人开始新对话。</translation>
    </message>
    <message>
        <source>Begin with a colleague</source>
        <translation>从一位同事开始</translation>
    </message>
    <message>
        <source>Pick one or several people at {company} and write. With anybody else you agree on a few words first, in person or on a call.</source>
        <translation>选择 {company} 的一位或几位同事，就可以写消息。与其他人交谈，请先当面或在电话里约定几个词。</translation>
    </message>
    <message>
        <source>Begin with a phrase</source>
        <translation>从一个口令开始</translation>
    </message>
    <message>
        <source>Agree on a few words with somebody, in person or on a call. Both of you type them, and nobody else can read what you write.</source>
        <translation>当面或在电话中，与对方约定几个词。你们各自输入，此后你们写的内容别人都读不到。</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
</context>
<context>
    <name>WhomPage</name>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Choose a contact, or type the id of the person you want to talk to.</source>
        <translation>选择联系人，或输入对方的 ID。</translation>
    </message>
    <message>
        <source>New room…</source>
        <translation>新建群聊…</translation>
    </message>
    <message>
        <source>Open chat</source>
        <translation>打开聊天</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Pick colleagues at {company}, or anybody else by contact or id.</source>
        <translation>选择 {company} 的同事，也可以按联系人或 ID 选择其他人。</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>The phrase is empty. Type the words you agreed on.</source>
        <translation>口令是空的。请输入你们约定的词。</translation>
    </message>
    <message>
        <source>The phrase is too long. A few words are enough.</source>
        <translation>口令太长。几个词就够了。</translation>
    </message>
    <message>
        <source>The phrase contains a character that this program does not know yet. Leave it out.</source>
        <translation>口令含有本程序尚不认识的字符。请去掉它。</translation>
    </message>
    <message>
        <source>The hint is too long: at most 80 characters.</source>
        <translation>提示太长：最多 80 个字符。</translation>
    </message>
    <message>
        <source>The hint contains the phrase, and hints are not encrypted. Write something else.</source>
        <translation>提示里含有口令，而提示是不加密的。请换个写法。</translation>
    </message>
    <message>
        <source>Type an id.</source>
        <translation>请输入 ID。</translation>
    </message>
    <message>
        <source>This is not an id. Use letters, digits, dots, dashes.</source>
        <translation>这不是 ID。请用文字、数字、点和短横线。</translation>
    </message>
    <message>
        <source>This is your own id. Type the id of the other person.</source>
        <translation>这是你自己的 ID。请输入对方的 ID。</translation>
    </message>
    <message>
        <source>Somebody else has this id already. Choose another one.</source>
        <translation>这个 ID 已被使用。请另选一个。</translation>
    </message>
    <message>
        <source>This id looks too much like one that somebody else has. Choose another one.</source>
        <translation>这个 ID 与别人的太相像。请另选一个。</translation>
    </message>
    <message>
        <source>There is nothing to send yet.</source>
        <translation>还没有可发送的内容。</translation>
    </message>
    <message>
        <source>This message is too long: {bytes} of at most {limit} bytes. Split it into two.</source>
        <translation>消息太长：{bytes} 字节，最多 {limit} 字节。请分成两条。</translation>
    </message>
    <message>
        <source>Type a name.</source>
        <translation>请输入名字。</translation>
    </message>
    <message>
        <source>Too many uncertain tries with {account}. You can ask again at {until}; agree on a new phrase by another way before that.</source>
        <translation>与 {account} 的不确定尝试过多。{until} 之后可以再试；在此之前请用其他方式约定新的口令。</translation>
    </message>
    <message>
        <source>Too many uncertain tries with {account}. Requests are stopped until you say that you agreed on a new phrase by another way.</source>
        <translation>与 {account} 的不确定尝试过多。请求已暂停，直到你表明已用其他方式约定新的口令。</translation>
    </message>
    <message>
        <source>A request with {account} is running already. Finish or cancel that one first.</source>
        <translation>与 {account} 的一个请求正在进行。请先完成或取消它。</translation>
    </message>
    <message>
        <source>This request is over. Start a new one.</source>
        <translation>这个请求已结束。请重新发起。</translation>
    </message>
    <message>
        <source>You blocked this person. Unblock them first.</source>
        <translation>你屏蔽了此人。请先取消屏蔽。</translation>
    </message>
    <message>
        <source>There is no open session with this person. Start a new conversation first.</source>
        <translation>与此人没有开启的会话。请先发起新对话。</translation>
    </message>
    <message>
        <source>A message that says it is from {account} was altered on its way and is not shown. Tell your key owner.</source>
        <translation>一条自称来自 {account} 的消息在途中被篡改，不予显示。请告诉密钥管理员。</translation>
    </message>
    <message>
        <source>This is not the address of a relay. It looks like wss://relay.example:8765#key.</source>
        <translation>这不是中继的地址。它应像 wss://relay.example:8765#key 这样。</translation>
    </message>
    <message>
        <source>A relay&apos;s address begins with wss://, not with {scheme}://.</source>
        <translation>中继的地址以 wss:// 开头，而不是 {scheme}://。</translation>
    </message>
    <message>
        <source>An address with ws:// is not protected on its way and works for this computer only. Ask for the wss:// address of the relay.</source>
        <translation>ws:// 地址在途中不受保护，只能用于本机。请索要中继的 wss:// 地址。</translation>
    </message>
    <message>
        <source>The part behind # is not the key of a relay. Copy the whole address again from whoever gave it.</source>
        <translation># 后面的部分不是中继的密钥。请从提供者那里重新复制完整的地址。</translation>
    </message>
    <message>
        <source>No computer with the name {host} was found. Check the address and your network.</source>
        <translation>找不到名为 {host} 的电脑。请检查地址和网络。</translation>
    </message>
    <message>
        <source>{host} does not answer on port {port}. The relay may be off, or a firewall is in between.</source>
        <translation>{host} 在端口 {port} 上没有回应。中继可能已关闭，或中间有防火墙。</translation>
    </message>
    <message>
        <source>Nobody this computer trusts vouches for the relay&apos;s certificate. Use the address with its key (#…).</source>
        <translation>没有这台电脑信任的机构为中继的证书担保。请使用带密钥（#…）的地址。</translation>
    </message>
    <message>
        <source>The relay shows another key than the one in its address. Do not go on before you know why; ask whoever runs it.</source>
        <translation>中继出示的密钥与地址中的不同。弄清原因之前不要继续；请询问运营它的人。</translation>
    </message>
    <message>
        <source>This id is too long. Check it, or choose a shorter one.</source>
        <translation>这个 ID 太长。请核对，或换一个短一些的。</translation>
    </message>
    <message>
        <source>{company} asks its members for stronger phrases than this one. Add words that do not belong together, or take a generated phrase.</source>
        <translation>{company} 要求成员之间使用比这更强的口令。请加上互不相关的词，或使用生成的口令。</translation>
    </message>
    <message>
        <source>This company file was not taken. Ask whoever hands out your company&apos;s files for the newest one.</source>
        <translation>这个公司文件没有被接受。请向分发公司文件的人索取最新的文件。</translation>
    </message>
    <message>
        <source>The company file could not be fetched from there.</source>
        <translation>未能从那里获取公司文件。</translation>
    </message>
    <message>
        <source>This computer belongs to no company yet. Join with the file your company gave you.</source>
        <translation>这台电脑还不属于任何公司。请用公司给你的文件加入。</translation>
    </message>
    <message>
        <source>{account} is not in your company&apos;s directory. Pick somebody who is.</source>
        <translation>{account} 不在你公司的名录中。请选择名录中的人。</translation>
    </message>
    <message>
        <source>{account} is outside {company}, which allows no conversations with people outside it.</source>
        <translation>{account} 在 {company} 以外，而 {company} 不允许与公司以外的人对话。</translation>
    </message>
    <message>
        <source>A conversation takes from one to {limit} people besides you.</source>
        <translation>一个对话除你之外可以有 1 到 {limit} 人。</translation>
    </message>
    <message>
        <source>No protected connection could be made: something at this address does not speak TLS 1.3. Check the address and its port.</source>
        <translation>无法建立受保护的连接：此地址不支持 TLS 1.3。请检查地址和端口。</translation>
    </message>
    <message>
        <source>The relay&apos;s certificate is not valid today: it ran out, or the clock of this computer is wrong. Whoever runs the relay can renew it.</source>
        <translation>中继的证书今天无效：它已过期，或者这台电脑的时钟不准。运营中继的人可以更新证书。</translation>
    </message>
    <message>
        <source>The relay&apos;s certificate is made out to another name than {host}. Check the address, or use the one with the relay&apos;s key (#…).</source>
        <translation>中继的证书写的不是 {host} 这个名称。请检查地址，或使用带中继密钥（#…）的地址。</translation>
    </message>
    <message>
        <source>Something answers at this address, but it is no Watchword relay. Check the address and its port.</source>
        <translation>此地址有回应，但不是 Watchword 中继。请检查地址和端口。</translation>
    </message>
    <message>
        <source>The relay speaks another version. One of the two programs has to be updated.</source>
        <translation>中继使用另一版本。两个程序中有一个需要更新。</translation>
    </message>
    <message>
        <source>The relay sent something that makes no sense. Whoever runs it should look into it.</source>
        <translation>中继发来了无法理解的内容。应由运营它的人查看。</translation>
    </message>
    <message>
        <source>The relay answers too slowly. Try again later.</source>
        <translation>中继回应太慢。请稍后再试。</translation>
    </message>
    <message>
        <source>The relay does not recognise this computer. Whoever runs it can help.</source>
        <translation>中继不认识这台电脑。运营它的人可以帮忙。</translation>
    </message>
    <message>
        <source>The relay could not store a test message.</source>
        <translation>中继未能存储测试消息。</translation>
    </message>
    <message>
        <source>The relay did not give back a test message.</source>
        <translation>中继没有交还测试消息。</translation>
    </message>
    <message>
        <source>The relay has no room left. Your messages stay here and are sent when it has.</source>
        <translation>中继没有空间了。你的消息留在这里，有空间时再发送。</translation>
    </message>
    <message>
        <source>The relay keeps no more for {account}, who has not fetched what waits there. Your messages stay here and are sent when there is room.</source>
        <translation>中继为 {account} 保管的消息已满，因为对方还没有取走。你的消息留在这里，有空位时就会发出。</translation>
    </message>
    <message>
        <source>The relay is busy. Watchword tries again in {seconds} s.</source>
        <translation>中继繁忙。Watchword 将在 {seconds} 秒后重试。</translation>
    </message>
    <message>
        <source>The relay is busy. Try again in {seconds} s.</source>
        <translation>中继繁忙。请在 {seconds} 秒后重试。</translation>
    </message>
    <message>
        <source>The relay takes no more requests from you for now. Ask again in {seconds} s.</source>
        <translation>中继暂时不再接受你的请求。请在 {seconds} 秒后再试。</translation>
    </message>
    <message>
        <source>The relay is being restarted.</source>
        <translation>中继正在重新启动。</translation>
    </message>
    <message>
        <source>This is not the address of a proxy. It looks like http://proxy.example:3128.</source>
        <translation>这不是代理的地址。它的样子如 http://proxy.example:3128。</translation>
    </message>
    <message>
        <source>A proxy&apos;s address begins with http:// or socks5h:// here, not with {scheme}://.</source>
        <translation>这里的代理地址以 http:// 或 socks5h:// 开头，而不是 {scheme}://。</translation>
    </message>
    <message>
        <source>The proxy {proxy} does not answer on port {port}. It may be off, or this computer is in another network now.</source>
        <translation>代理 {proxy} 的端口 {port} 没有应答。它可能已关闭，或者本机现在处于另一个网络中。</translation>
    </message>
    <message>
        <source>The proxy {proxy} says nothing. It hangs, or waits for a relay that it cannot reach.</source>
        <translation>代理 {proxy} 没有回应。它可能卡住了，或者正在等待一个它连不上的中继。</translation>
    </message>
    <message>
        <source>What answers at {proxy}, port {port}, is no proxy of this kind. Check its address, and whether it begins with http:// or socks5h://.</source>
        <translation>在 {proxy} 端口 {port} 应答的不是这种代理。请检查其地址，以及它应以 http:// 还是 socks5h:// 开头。</translation>
    </message>
    <message>
        <source>The proxy {proxy} does not let Watchword through to the relay. Whoever runs the proxy can allow it.</source>
        <translation>代理 {proxy} 不允许 Watchword 连接中继。运营代理的人可以放行。</translation>
    </message>
    <message>
        <source>The proxy {proxy} wants a user and a password. Type them below its address.</source>
        <translation>代理 {proxy} 要求用户名和密码。请在其地址下方填写。</translation>
    </message>
    <message>
        <source>The proxy {proxy} does not take this user and password. Type them again below its address.</source>
        <translation>代理 {proxy} 不接受此用户名和密码。请在其地址下方重新填写。</translation>
    </message>
    <message>
        <source>The proxy {proxy} wants a way of signing in that Watchword does not know. Whoever runs the proxy can allow a user with a password.</source>
        <translation>代理 {proxy} 要求的登录方式是 Watchword 不支持的。运营代理的人可以允许用户名加密码的方式。</translation>
    </message>
    <message>
        <source>The proxy {proxy} works, but reaches nobody at {host}, port {port}. Check the relay&apos;s address; the relay may be off.</source>
        <translation>代理 {proxy} 工作正常，但连不上 {host} 的端口 {port}。请检查中继的地址；中继也可能已关闭。</translation>
    </message>
    <message>
        <source>Another program signed in with this profile. Use that one, or connect here again.</source>
        <translation>另一个程序已用此配置登录。请使用那一个，或在这里重新连接。</translation>
    </message>
    <message>
        <source>This relay admits invited people only. Ask whoever runs it for an invite.</source>
        <translation>这个中继只接纳受邀的人。请向运营它的人索要邀请码。</translation>
    </message>
    <message>
        <source>This invite is not valid: it is used up, or its time is over. Ask for a new one.</source>
        <translation>这个邀请码无效：次数已用完，或已过期。请索要新的。</translation>
    </message>
    <message>
        <source>Whoever runs this relay blocked you or your network.</source>
        <translation>这个中继的运营者屏蔽了你或你所在的网络。</translation>
    </message>
    <message>
        <source>The relay takes no message as long as this one.</source>
        <translation>这个中继不接受这么长的消息。</translation>
    </message>
    <message>
        <source>This relay takes no new accounts. Ask whoever runs it, or choose another relay.</source>
        <translation>这个中继不接受新账号。请询问其运营者，或换一个中继。</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be written. Change its permissions, or start with another one: watchword --profile FOLDER</source>
        <translation>文件夹 {folder} 无法写入。请更改其权限，或用另一个启动：watchword --profile 文件夹</translation>
    </message>
    <message>
        <source>Another program has this profile open.</source>
        <translation>另一个程序已打开此配置。</translation>
    </message>
    <message>
        <source>The file {file} is damaged and cannot be read. Nothing was overwritten; put back a backup, or start with another profile: watchword --profile FOLDER</source>
        <translation>文件 {file} 已损坏，无法读取。没有覆盖任何内容；请恢复备份，或用另一个配置启动：watchword --profile 文件夹</translation>
    </message>
    <message>
        <source>The file {file} was written by a newer version of Watchword. Update this program.</source>
        <translation>文件 {file} 由更新版本的 Watchword 写成。请更新本程序。</translation>
    </message>
    <message>
        <source>The key that was found does not open this profile. Nothing was overwritten.</source>
        <translation>找到的密钥打不开此配置。没有覆盖任何内容。</translation>
    </message>
    <message>
        <source>The disk that holds {folder} is full. Make room; nothing that was saved is lost.</source>
        <translation>{folder} 所在的磁盘已满。请腾出空间；已保存的内容没有丢失。</translation>
    </message>
    <message>
        <source>This computer has no keyring. Install one, or protect the profile by a master passphrase.</source>
        <translation>这台电脑没有密钥环。请安装一个，或用主口令保护此配置。</translation>
    </message>
    <message>
        <source>The keyring of this computer is locked. Unlock it and try again.</source>
        <translation>这台电脑的密钥环已锁定。请解锁后重试。</translation>
    </message>
    <message>
        <source>The keyring of this computer refused. Allow Watchword to use it and try again.</source>
        <translation>这台电脑的密钥环拒绝了请求。请允许 Watchword 使用它，然后重试。</translation>
    </message>
    <message>
        <source>The keyring no longer holds the key of this profile. Without it nobody can read the profile: put the keyring back from a backup, or start with another profile: watchword --profile FOLDER</source>
        <translation>密钥环里已没有此配置的密钥。没有它，谁也无法读取此配置：请从备份恢复密钥环，或用另一个配置启动：watchword --profile 文件夹</translation>
    </message>
    <message>
        <source>The keyring does not answer. Perhaps it waits behind another window for a password.</source>
        <translation>密钥环没有回应。它也许正在另一个窗口后面等待密码。</translation>
    </message>
    <message>
        <source>This is not the master passphrase of this profile.</source>
        <translation>这不是此配置的主口令。</translation>
    </message>
    <message>
        <source>A master passphrase needs at least four words.</source>
        <translation>主口令至少需要四个词。</translation>
    </message>
    <message>
        <source>The cryptographic parts of this installation do not compute as they must. Watchword does not start with them. Install it again from where you trust it.</source>
        <translation>本次安装的加密组件计算结果不正确，Watchword 不会用它们启动。请从可信来源重新安装。</translation>
    </message>
    <message>
        <source>Something went wrong in Watchword itself. Nothing that was saved is lost; please report it.</source>
        <translation>Watchword 自身出了问题。已保存的内容没有丢失；请报告此问题。</translation>
    </message>
    <message>
        <source>An id has no slash in it.</source>
        <translation>ID 中不能有斜杠。</translation>
    </message>
    <message>
        <source>An id has no spaces in it.</source>
        <translation>ID 中不能有空格。</translation>
    </message>
    <message>
        <source>This id contains a character that cannot be seen.</source>
        <translation>这个 ID 含有看不见的字符。</translation>
    </message>
    <message>
        <source>You and {contact} proved that you know the same phrase. From now on this computer recognises {contact}.</source>
        <translation>你和 {contact} 已互相证明知道同一口令。从现在起，这台电脑认得 {contact}。</translation>
    </message>
    <message>
        <source>{contact} did not want to open a conversation now.</source>
        <translation>{contact} 现在不想开启对话。</translation>
    </message>
    <message>
        <source>You declined the request of {contact}.</source>
        <translation>你拒绝了 {contact} 的请求。</translation>
    </message>
    <message>
        <source>You withdrew your request.</source>
        <translation>你撤回了请求。</translation>
    </message>
    <message>
        <source>{contact} withdrew the request.</source>
        <translation>{contact} 撤回了请求。</translation>
    </message>
    <message>
        <source>{contact} did not answer in time. No harm done. Check the id, or try again.</source>
        <translation>{contact} 没有及时应答。没有任何损害。请检查 ID，或再试一次。</translation>
    </message>
    <message>
        <source>The time to answer {contact} ran out. No harm done.</source>
        <translation>回应 {contact} 的时间已过。没有任何损害。</translation>
    </message>
    <message>
        <source>The connection was lost before both sides were sure. Nothing was sent.</source>
        <translation>双方确认之前连接中断了。没有发送任何内容。</translation>
    </message>
    <message>
        <source>The phrases did not match. One of you may have mistyped it, or someone tried to guess it. Nothing was sent.</source>
        <translation>口令不一致。可能有一方输错了，也可能有人试图猜测。没有发送任何内容。</translation>
    </message>
    <message>
        <source>Agree on a new phrase by another way.</source>
        <translation>请用其他方式约定新的口令。</translation>
    </message>
    <message>
        <source>{contact} may try again.</source>
        <translation>{contact} 可能会再试一次。</translation>
    </message>
    <message>
        <source>Sending the request…</source>
        <translation>正在发送请求…</translation>
    </message>
    <message>
        <source>Waiting for {contact} to type the phrase…</source>
        <translation>正在等待 {contact} 输入口令…</translation>
    </message>
    <message>
        <source>{contact} asks for a conversation</source>
        <translation>{contact} 想和你对话</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在核对…</translation>
    </message>
    <message>
        <source>The relay cannot be reached. Watchword keeps trying.</source>
        <translation>无法连接中继。Watchword 会继续尝试。</translation>
    </message>
    <message>
        <source>You ended the session.</source>
        <translation>你结束了会话。</translation>
    </message>
    <message>
        <source>{contact} ended the session.</source>
        <translation>{contact} 结束了会话。</translation>
    </message>
    <message>
        <source>A new session took the place of the earlier one.</source>
        <translation>新的会话取代了之前的会话。</translation>
    </message>
    <message>
        <source>The other computer no longer holds this session. Start a new conversation to go on.</source>
        <translation>对方的电脑已不再持有此会话。要继续，请发起新对话。</translation>
    </message>
    <message>
        <source>Messages of {contact} arrived that cannot be opened any more. Ask to send them again.</source>
        <translation>{contact} 的一些消息已无法打开。请对方重新发送。</translation>
    </message>
    <message>
        <source>You accepted another key for {contact}.</source>
        <translation>你接受了 {contact} 的另一把密钥。</translation>
    </message>
    <message>
        <source>You refused another key for {contact}. The session was closed.</source>
        <translation>你拒绝了 {contact} 的另一把密钥。会话已关闭。</translation>
    </message>
    <message>
        <source>A message was altered on its way and is not shown. Tell your key owner.</source>
        <translation>一条消息在途中被篡改，不予显示。请告诉密钥管理员。</translation>
    </message>
    <message>
        <source>A message is not shown: its writer joined the company anew, and it was written with the key from before. Ask to write it again.</source>
        <translation>一条消息不予显示：它的作者已重新加入公司，而它是用之前的密钥写成的。请对方重写一遍。</translation>
    </message>
    <message>
        <source>sealed under a key that was revoked</source>
        <translation>用已吊销的密钥封存</translation>
    </message>
    <message>
        <source>The room was changed.</source>
        <translation>群聊有变更。</translation>
    </message>
    <message>
        <source>waiting to be sent</source>
        <translation>等待发送</translation>
    </message>
    <message>
        <source>at the relay</source>
        <translation>已到中继</translation>
    </message>
    <message>
        <source>delivered</source>
        <translation>已送达</translation>
    </message>
    <message>
        <source>not delivered</source>
        <translation>未送达</translation>
    </message>
    <message>
        <source>no word that it arrived</source>
        <translation>没有收到已送达的回音</translation>
    </message>
    <message>
        <source>being taken back</source>
        <translation>正在撤回</translation>
    </message>
    <message>
        <source>sent; whether it arrived is not known here</source>
        <translation>已发送；这里不知道是否已送达</translation>
    </message>
    <message>
        <source>taken back</source>
        <translation>已撤回</translation>
    </message>
    <message>
        <source>taken back from some</source>
        <translation>已对部分人撤回</translation>
    </message>
    <message>
        <source>Connecting to the relay…</source>
        <translation>正在连接中继…</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>已连接</translation>
    </message>
    <message>
        <source>Watchword is not connected.</source>
        <translation>Watchword 未连接。</translation>
    </message>
    <message>
        <source>Proxy lets through</source>
        <translation>代理放行</translation>
    </message>
    <message>
        <source>Name found</source>
        <translation>找到名称</translation>
    </message>
    <message>
        <source>Computer answers</source>
        <translation>电脑有回应</translation>
    </message>
    <message>
        <source>Connection protected</source>
        <translation>连接已受保护</translation>
    </message>
    <message>
        <source>A relay of this version</source>
        <translation>版本一致的中继</translation>
    </message>
    <message>
        <source>Sign-in works</source>
        <translation>可以登录</translation>
    </message>
    <message>
        <source>Stores a message</source>
        <translation>能存储消息</translation>
    </message>
    <message>
        <source>Gives it back</source>
        <translation>能交还消息</translation>
    </message>
    <message>
        <source>New messages</source>
        <translation>新消息</translation>
    </message>
    <message>
        <source>You: {text}</source>
        <translation>你：{text}</translation>
    </message>
</context>
<context>
    <name>Workspace</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Connect again</source>
        <translation>重新连接</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>立即重试</translation>
    </message>
</context>
<context>
    <name>_KeyRow</name>
    <message>
        <source>Auditor</source>
        <translation>审计方</translation>
    </message>
    <message>
        <source>Older versions: {count}</source>
        <translation>更早的版本：{count}</translation>
    </message>
</context>
<context>
    <name>_Rows</name>
    <message>
        <source>{person}, picked</source>
        <translation>{person}，已选</translation>
    </message>
</context>
</TS>
