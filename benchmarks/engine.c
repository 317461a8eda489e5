/* The load engine: scripted sign-ins and a message pump over epoll, for any of the framings below.
 * One thread, about 1 us of work per message, so that the server is what is measured.
 * Built by benchmarks/engine.py on first use: gcc -O2 -shared -fPIC. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now(void){struct timespec t;clock_gettime(CLOCK_MONOTONIC,&t);return t.tv_sec+t.tv_nsec*1e-9;}

/* ---------- scripted login ---------- */
typedef struct { const uint8_t*send; int send_len; const uint8_t*expect; int expect_len; } step_t;
/* dynamic step: called when send==NULL: cb(conn, received, len, out, cap) -> out_len */
typedef int (*login_cb)(int,const uint8_t*,int,uint8_t*,int);

typedef struct { int fd,step,inlen,connecting; double t0; uint8_t in[16384]; } lc_t;

static int lc_begin(lc_t*c,const step_t*s,int idx,login_cb cb){
  uint8_t tmp[8192]; const uint8_t*p=s->send; int n=s->send_len;
  if(!p){ n=cb(idx,c->in,c->inlen,tmp,sizeof tmp); p=tmp; }
  c->inlen=0;
  while(n>0){ int k=send(c->fd,p,n,MSG_NOSIGNAL); if(k<0){ if(errno==EAGAIN){usleep(200);continue;} return -1;} p+=k;n-=k; }
  return 0;
}
/* steps: [n*nsteps]; fds_out[n]; lat_out[n] seconds; returns number logged in */
int login_all(const char*ip,int port,int n,int nsteps,const step_t*steps,int conc,double timeout,
              int*fds_out,double*lat_out,login_cb cb){
  int ep=epoll_create1(0),next=0,active=0,done=0,failed=0; lc_t**cs=calloc(n,sizeof*cs);
  struct sockaddr_in a={0}; a.sin_family=AF_INET;a.sin_port=htons(port);inet_pton(AF_INET,ip,&a.sin_addr);
  double tend=now()+timeout;
  for(int i=0;i<n;i++)fds_out[i]=-1;
  while(done+failed<n && now()<tend){
    while(active<conc && next<n){
      lc_t*c=calloc(1,sizeof*c); cs[next]=c; c->t0=now();
      c->fd=socket(AF_INET,SOCK_STREAM|SOCK_NONBLOCK,0); int one=1;
      setsockopt(c->fd,IPPROTO_TCP,TCP_NODELAY,&one,sizeof one);
      int r=connect(c->fd,(void*)&a,sizeof a);
      if(r<0&&errno!=EINPROGRESS){perror("connect");close(c->fd);failed++;next++;continue;}
      c->connecting=1; struct epoll_event e={.events=EPOLLOUT,.data.u32=next}; epoll_ctl(ep,EPOLL_CTL_ADD,c->fd,&e);
      active++;next++;
    }
    struct epoll_event ev[256]; int m=epoll_wait(ep,ev,256,100);
    for(int j=0;j<m;j++){
      int i=ev[j].data.u32; lc_t*c=cs[i]; const step_t*st=steps+(size_t)i*nsteps; int bad=0,fin=0;
      if(c->connecting){
        int er=0;socklen_t l=sizeof er;getsockopt(c->fd,SOL_SOCKET,SO_ERROR,&er,&l);
        if(er)bad=1; else{ c->connecting=0; struct epoll_event e={.events=EPOLLIN,.data.u32=i};epoll_ctl(ep,EPOLL_CTL_MOD,c->fd,&e);
          if(lc_begin(c,&st[0],i,cb))bad=1; }
      } else {
        int k=recv(c->fd,c->in+c->inlen,sizeof(c->in)-c->inlen,0);
        if(k==0||(k<0&&errno!=EAGAIN))bad=1;
        else if(k>0){ c->inlen+=k;
          if(memmem(c->in,c->inlen,st[c->step].expect,st[c->step].expect_len)){
            c->step++; if(c->step==nsteps)fin=1; else if(lc_begin(c,&st[c->step],i,cb))bad=1;
            /* steps with nothing to expect complete at once */
            while(!fin&&!bad&&st[c->step].expect_len==0){c->step++; if(c->step==nsteps)fin=1; else if(lc_begin(c,&st[c->step],i,cb))bad=1;}
          } else if(c->inlen==sizeof c->in) bad=1;
        }
      }
      if(bad||fin){
        epoll_ctl(ep,EPOLL_CTL_DEL,c->fd,0);
        if(bad){ if(failed<3)fprintf(stderr,"login %d failed at step %d: %.*s\n",i,c->step,c->inlen>400?400:c->inlen,c->in); close(c->fd);failed++; }
        else{ fds_out[i]=c->fd; lat_out[i]=now()-c->t0; done++; }
        active--; 
      }
    }
  }
  if(done+failed<n){int sh=0;for(int i=0;i<next&&sh<2;i++)if(fds_out[i]<0&&cs[i]){sh++;fprintf(stderr,"login %d timed out at step %d: %.*s\n",i,cs[i]->step,cs[i]->inlen>300?300:cs[i]->inlen,cs[i]->in);}}
  for(int i=0;i<n;i++){ if(cs[i]){ if(fds_out[i]<0)close(cs[i]->fd); free(cs[i]); } }
  free(cs);close(ep);return done;
}

/* ---------- pump ---------- */
enum{F_LEN4=0,F_WS=1,F_MQTT=2,F_XML=3};
typedef struct {
  int framer, window, has_ack, mode;         /* mode 0 live, 1 store (no recipient), 2 drain (no sender) */
  int ackmark_len; const uint8_t*ackmark;    /* count of marker in a non-delivery frame = acks; len 0: each frame is 1 ack */
  int rtpl_len; const uint8_t*rtpl;          /* recipient's ack template, 0 = none */
  int ncopy; int csrc[4],clen[4],cdst[4];    /* bytes copied from the delivery frame (offset from frame start; <0: from marker) */
  int64_t nmsgs;                             /* per pair, 0 = by duration */
  double duration, rate, timeout;            /* rate>0: open loop, msgs/s over all pairs */
  int sm;                                    /* XMPP stream management: answer <r/> with <a h=n/> */
} cfg_t;
typedef struct { int64_t sent,delivered,acked,dups,ooo; double elapsed; int64_t nlat; double alat_p50,alat_p99; int64_t nalat; } res_t;
typedef struct { const uint8_t*tpl; int tpl_len; int nid; int idoff[6]; int pidoff; } tpl_t;

typedef struct { int fd; uint8_t*in; int inlen,incap; uint8_t*out; int outlen,outoff,outcap; int wantw; int pair,role; int64_t smcount; } cn_t;
typedef struct { int64_t sent,delivered,acked; double*ts; } pr_t;
#define TSN 65536

static int ep;
static void flushc(cn_t*c){
  while(c->outoff<c->outlen){
    int k=send(c->fd,c->out+c->outoff,c->outlen-c->outoff,MSG_NOSIGNAL);
    if(k<0){ if(errno==EAGAIN)break; perror("send"); exit(3); }
    c->outoff+=k;
  }
  int want=c->outoff<c->outlen;
  if(!want){c->outoff=c->outlen=0;}
  if(want!=c->wantw){ struct epoll_event e={.events=EPOLLIN|(want?EPOLLOUT:0),.data.ptr=c};epoll_ctl(ep,EPOLL_CTL_MOD,c->fd,&e);c->wantw=want; }
}
static uint8_t*room(cn_t*c,int n){
  if(c->outlen+n>c->outcap){ if(c->outoff){memmove(c->out,c->out+c->outoff,c->outlen-c->outoff);c->outlen-=c->outoff;c->outoff=0;}
    while(c->outlen+n>c->outcap){c->outcap=c->outcap?c->outcap*2:65536;c->out=realloc(c->out,c->outcap);} }
  return c->out+c->outlen;
}
static const char HX[]="0123456789abcdef";
static void put16(uint8_t*d,uint64_t v){for(int i=15;i>=0;i--){d[i]=HX[v&15];v>>=4;}}
static int hv(int c){return c<='9'?c-'0':(c|32)-'a'+10;}
static uint64_t get16(const uint8_t*s){uint64_t v=0;for(int i=0;i<16;i++)v=v<<4|hv(s[i]);return v;}

/* returns frame length incl. framing, 0 = incomplete; *body,*blen = what to look at */
static int next_frame(int f,const uint8_t*p,int n,const uint8_t**body,int*blen){
  switch(f){
  case F_LEN4: { if(n<4)return 0; int L=(p[0]<<24)|(p[1]<<16)|(p[2]<<8)|p[3]; if(n<4+L)return 0; *body=p+4;*blen=L;return 4+L; }
  case F_WS: { if(n<2)return 0; int h=2; int64_t L=p[1]&127; if(L==126){if(n<4)return 0;L=(p[2]<<8)|p[3];h=4;}
      else if(L==127){if(n<10)return 0;L=0;for(int i=2;i<10;i++)L=L<<8|p[i];h=10;} if(n<h+L)return 0; *body=p+h;*blen=L;return h+L; }
  case F_MQTT: { if(n<2)return 0; int L=0,sh=0,i=1; for(;;){ if(i>=n)return 0; L|=(p[i]&127)<<sh; sh+=7; if(!(p[i++]&128))break; } if(n<i+L)return 0; *body=p;*blen=i+L;return i+L; }
  case F_XML: {
      const uint8_t*s=p; int k=n; while(k&&*s!='<'){s++;k--;} if(!k)return n; int pre=s-p;
      if(k<3)return 0;
      if(!memcmp(s,"<message",k<8?k:8)){ if(k<20)return 0; const uint8_t*e=memmem(s,k,"</message>",10); if(!e)return 0; int l=e+10-s; *body=s;*blen=l;return pre+l; }
      const uint8_t*e=memchr(s,'>',k); if(!e)return 0; *body=s;*blen=e+1-s; return pre+(e+1-s); }
  }
  return 0;
}
static int cmpd(const void*a,const void*b){double x=*(double*)a,y=*(double*)b;return x<y?-1:x>y;}

int pump(int npairs,const int*fs,const int*fr,const tpl_t*tp,const cfg_t*cf,res_t*rs,double*lat,int64_t latcap){
  ep=epoll_create1(0); memset(rs,0,sizeof*rs);
  cn_t*cn=calloc(npairs*2,sizeof*cn); pr_t*pr=calloc(npairs,sizeof*pr); int ncn=0; cn_t**snd=calloc(npairs,sizeof*snd);
  double*alat=malloc(sizeof(double)*1000000); int64_t nal=0;
  for(int i=0;i<npairs;i++){ pr[i].ts=calloc(TSN,sizeof(double));
    for(int r=0;r<2;r++){ int fd=r?fr[i]:fs[i]; if(fd<0)continue; cn_t*c=&cn[ncn++]; c->fd=fd;c->pair=i;c->role=r; if(!r)snd[i]=c;
      c->incap=262144;c->in=malloc(c->incap); fcntl(fd,F_SETFL,fcntl(fd,F_GETFL)|O_NONBLOCK);
      struct epoll_event e={.events=EPOLLIN,.data.ptr=c};epoll_ctl(ep,EPOLL_CTL_ADD,fd,&e); } }
  double t0=now(),tstop=cf->nmsgs?1e300:t0+cf->duration,tlim=t0+cf->timeout,tlast=t0; int64_t td=0,tsent=0,ta=0; int rr=0,stopped=0;
  uint8_t*dirty=calloc(npairs,1); int*dl=malloc(sizeof(int)*npairs),nd=0;
  for(int i=0;i<npairs;i++){dl[nd++]=i;dirty[i]=1;}
  for(;;){
    double t=now(); if(t>tlim)break; if(t>=tstop)stopped=1;
    /* top up windows */
    if(cf->mode!=2){
      if(cf->rate>0){
        int64_t due=(int64_t)((t-t0)*cf->rate)+1-tsent; 
        while(due-->0&&!stopped){ int i=rr++%npairs; cn_t*c=snd[i]; const tpl_t*q=&tp[i]; uint8_t*d=room(c,q->tpl_len); memcpy(d,q->tpl,q->tpl_len);
          uint64_t id=((uint64_t)i<<40)|pr[i].sent; for(int k=0;k<q->nid;k++)put16(d+q->idoff[k],id);
          if(q->pidoff>=0){int pid=pr[i].sent%60000+1;d[q->pidoff]=pid>>8;d[q->pidoff+1]=pid;}
          pr[i].ts[pr[i].sent%TSN]=t0+tsent/cf->rate; pr[i].sent++;tsent++; c->outlen+=q->tpl_len; flushc(c); }
      } else {
        for(int x=0;x<nd;x++){ int i=dl[x]; dirty[i]=0; cn_t*c=snd[i]; pr_t*P=&pr[i]; const tpl_t*q=&tp[i]; if(stopped)continue;
          int64_t base=cf->mode==1?P->acked:P->delivered; if(cf->has_ack&&P->acked<base)base=P->acked;
          int64_t lim=base+cf->window; if(cf->mode==1&&!cf->has_ack)lim=cf->nmsgs; if(cf->nmsgs&&lim>cf->nmsgs)lim=cf->nmsgs;
          int did=0;
          while(P->sent<lim && c->outlen-c->outoff<4000000){ uint8_t*d=room(c,q->tpl_len); memcpy(d,q->tpl,q->tpl_len);
            uint64_t id=((uint64_t)i<<40)|P->sent; for(int k=0;k<q->nid;k++)put16(d+q->idoff[k],id);
            if(q->pidoff>=0){int pid=P->sent%60000+1;d[q->pidoff]=pid>>8;d[q->pidoff+1]=pid;}
            P->ts[P->sent%TSN]=t; P->sent++;tsent++; c->outlen+=q->tpl_len; did=1; }
          if(did)flushc(c);
          if(cf->mode==1&&!cf->has_ack&&P->sent<lim&&!dirty[i]){/* keep going later */}
        }
        nd=0;
        if(cf->mode==1&&!cf->has_ack)for(int i=0;i<npairs;i++)if(pr[i].sent<cf->nmsgs){dirty[i]=1;dl[nd++]=i;}
      }
    }
    /* done? */
    int64_t want=cf->mode==2?cf->nmsgs*npairs:tsent; int sending=cf->mode==2?0:(cf->nmsgs?tsent<cf->nmsgs*npairs:!stopped);
    if(!sending){ int ok=1; if(cf->mode!=1&&td<want)ok=0; if(cf->mode!=2&&cf->has_ack&&ta<tsent)ok=0; 
      if(ok){int pend=0;for(int i=0;i<ncn;i++)if(cn[i].outlen)pend=1; if(!pend)break;} }
    struct epoll_event ev[512]; int m=epoll_wait(ep,ev,512,0); /* never idle: else each write of the server pays for waking this core */
    for(int j=0;j<m;j++){
      cn_t*c=ev[j].data.ptr;
      if(ev[j].events&EPOLLOUT)flushc(c);
      if(!(ev[j].events&(EPOLLIN|EPOLLHUP|EPOLLERR)))continue;
      if(c->incap-c->inlen<65536){c->incap*=2;c->in=realloc(c->in,c->incap);}
      int k=recv(c->fd,c->in+c->inlen,c->incap-c->inlen,0);
      if(k==0||(k<0&&errno!=EAGAIN)){ fprintf(stderr,"peer closed pair %d role %d: %.*s\n",c->pair,c->role,c->inlen>200?200:c->inlen,c->in); rs->elapsed=-1; 
         rs->sent=tsent;rs->delivered=td;rs->acked=ta; goto out; }
      if(k<0)continue; c->inlen+=k; double tr=now(); int off=0; pr_t*P=&pr[c->pair];
      for(;;){ const uint8_t*b=0;int bl=0; int fl=next_frame(cf->framer,c->in+off,c->inlen-off,&b,&bl); if(!fl)break; off+=fl;
        if(cf->framer==F_XML&&bl<5)continue;
        const uint8_t*mk=bl>=20?memmem(b,bl,"~~MK",4):0;
        if(mk&&mk[4]=='@')mk=0;
        if(mk&&c->role==1){ uint64_t id=get16(mk+4); int64_t seq=id&0xffffffffffULL;
          if(cf->mode==0){ if(seq!=P->delivered)rs->ooo++; double L=tr-P->ts[seq%TSN]; if(rs->nlat<latcap)lat[rs->nlat++]=L; }
          else if(seq!=P->delivered)rs->ooo++;
          P->delivered++;td++;tlast=tr; if(!dirty[c->pair]&&cf->rate<=0&&cf->mode!=2){dirty[c->pair]=1;dl[nd++]=c->pair;}
          if(cf->sm)c->smcount++;
          if(cf->rtpl_len){ uint8_t*d=room(c,cf->rtpl_len);memcpy(d,cf->rtpl,cf->rtpl_len);
            for(int q=0;q<cf->ncopy;q++)memcpy(d+cf->cdst[q],cf->csrc[q]>=0?b+cf->csrc[q]:mk+cf->csrc[q]+1000000,cf->clen[q]); c->outlen+=cf->rtpl_len; }
        } else if(mk){ /* echo to sender: ignore */
        } else if(cf->framer==F_XML&&cf->sm&&!memcmp(b,"<r",2)){ int l=sprintf((char*)room(c,80),"<a xmlns='urn:xmpp:sm:3' h='%ld'/>",(long)c->smcount);c->outlen+=l;
        } else if(c->role==0&&cf->has_ack){
          int a=0;
          if(cf->framer==F_XML){ if(!memcmp(b,"<a ",3)||!memcmp(b,"<iq",3)){ const uint8_t*h=memmem(b,bl,"h=",2); if(h&&b[1]=='a'){int64_t v=atol((const char*)h+3);
               extern int64_t sm_base[]; a=v-sm_base[c->pair]-P->acked;} } }
          else if(cf->framer==F_MQTT){ if((b[0]>>4)==4)a=1; }
          else if(cf->ackmark_len){ const uint8_t*s=b;int r=bl; while(r>=cf->ackmark_len&&(s=memmem(s,r,cf->ackmark,cf->ackmark_len))){a++;s+=cf->ackmark_len;r=b+bl-s;} }
          else a=1;
          if(a>0){ for(int z=0;z<a;z++){ if(nal<1000000&&cf->mode!=2)alat[nal++]=tr-P->ts[(P->acked+z)%TSN]; } P->acked+=a;ta+=a;tlast=tr; if(!dirty[c->pair]&&cf->rate<=0){dirty[c->pair]=1;dl[nd++]=c->pair;} }
        }
      }
      if(off){memmove(c->in,c->in+off,c->inlen-off);c->inlen-=off;}
      if(c->outlen&&!c->wantw)flushc(c);
    }
  }
  rs->elapsed=tlast-t0;
out:
  rs->sent=tsent;rs->delivered=td;rs->acked=ta;
  qsort(lat,rs->nlat,sizeof(double),cmpd); qsort(alat,nal,sizeof(double),cmpd);
  rs->nalat=nal; if(nal){rs->alat_p50=alat[nal/2];rs->alat_p99=alat[(int64_t)(nal*0.99)];}
  { extern int64_t sm_base[]; for(int i=0;i<npairs&&i<8192;i++)sm_base[i]+=pr[i].acked; }
  for(int i=0;i<ncn;i++){free(cn[i].in);free(cn[i].out);} for(int i=0;i<npairs;i++)free(pr[i].ts);
  free(cn);free(pr);free(snd);free(dirty);free(dl);free(alat);close(ep);return 0;
}
int64_t sm_base[8192];
void sm_reset(void){memset(sm_base,0,sizeof sm_base);}
