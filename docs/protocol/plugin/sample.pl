#!/usr/bin/perl
# A plugin of Watchword in Perl, with core modules only: see docs/protocol/plugin.md.
#
# THIS IS A SAMPLE OF THE FRAMING, NOT OF CRYPTOGRAPHY. Core Perl has no cipher: `shut` and `disclose` put one together
# from HMAC-SHA-256, which nobody reviewed, and the keys lie in a file in the clear. Put your own in the place of both.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256);
use JSON::PP qw(decode_json encode_json);
use MIME::Base64 qw(decode_base64 encode_base64);

my (%keys, %ids);    # from the file that the setting "keys" names: lines of id, version, secret; id and secret in hex

sub load {
    my ($path) = @_;
    open my $file, '<', $path or die "provider-down\n";
    while (<$file>) {
        my ($id, $version, $secret) = split or next;
        $keys{"$id/$version"} = pack 'H*', $secret;
        $ids{$id} = 1;
    }
}

sub secret_of {
    my ($key) = @_;
    my $id = unpack 'H*', decode_base64($key->{id});
    die $ids{$id} ? "version-unknown\n" : "key-unknown\n" unless exists $keys{"$id/$key->{version}"};
    return $keys{"$id/$key->{version}"};
}

sub stream {    # so many bytes that only who has the key can make
    my ($key, $nonce, $length) = @_;
    return substr join('', map { hmac_sha256($nonce . pack('N', $_), $key) } 0 .. $length / 32), 0, $length;
}

sub code { my ($key, $place, $rest) = @_; return hmac_sha256(pack('N', length $place) . $place . $rest, $key) }

sub shut {
    my ($secret, $place, $data) = @_;
    my ($hide, $vouch) = map { hmac_sha256($_, $secret) } 'hide', 'vouch';
    open my $dice, '<:raw', '/dev/urandom' or die "provider-down\n";
    read($dice, my $nonce, 16) == 16 or die "provider-down\n";
    my $sealed = $nonce . ($data ^ stream($hide, $nonce, length $data));
    return $sealed . code($vouch, $place, $sealed);
}

sub disclose {
    my ($secret, $place, $data) = @_;
    my ($hide, $vouch) = map { hmac_sha256($_, $secret) } 'hide', 'vouch';
    die "altered\n" if length $data < 48;
    my ($sealed, $code) = (substr($data, 0, -32), substr $data, -32);
    my $blind = substr $sealed, 0, 16;    # compared under a code, so that the time tells nothing
    die "altered\n" if hmac_sha256($code, $vouch . $blind) ne hmac_sha256(code($vouch, $place, $sealed), $vouch . $blind);
    return substr($sealed, 16) ^ stream($hide, $blind, length($sealed) - 16);
}

sub answer {
    my ($ask) = @_;
    my $op = $ask->{op};
    if ($op eq 'hello') {
        die "unknown-version\n" unless grep { $_ == 1 } @{ $ask->{versions} };
        load($ask->{settings}{keys} // die "provider-down\n");
        return { version => 1, name => 'Sample in Perl', release => '1', modes => [ 'wrap', 'content' ] };
    }
    my @all = map { [ split m{/} ] } sort keys %keys;
    return { keys => [ map { { id => encode_base64(pack('H*', $_->[0]), ''), version => 0 + $_->[1] } } @all ] } if $op eq 'health';
    my $work = { wrap => \&shut, seal => \&shut, unwrap => \&disclose, open => \&disclose }->{$op} or die "unknown-operation\n";
    my $place = decode_base64($ask->{context}{digest}) . decode_base64($ask->{key}{id}) . pack('N', $ask->{key}{version});
    return { data => encode_base64($work->(secret_of($ask->{key}), $place, decode_base64($ask->{data})), '') };
}

$| = 1;
binmode $_ for *STDIN, *STDOUT;
while (read(STDIN, my $head, 4) == 4) {
    my $length = unpack 'N', $head;
    last unless read(STDIN, my $body, $length) == $length;
    my $ask = decode_json($body);
    my $said = eval { answer($ask) } // { error => $@ =~ /^([a-z-]+)\n/ ? $1 : 'provider-down' };
    print pack('N/a*', encode_json({ id => $ask->{id}, %$said }));
}
