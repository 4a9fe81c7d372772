# Standard input: the account's password in the first line, its public key in the second.
set -eu
IFS= read -r password
IFS= read -r key
printf 'deploy:%s\n' "$password" | chpasswd
mkdir -p /home/deploy/.ssh /run/sshd
printf '%s\n' "$key" > /home/deploy/.ssh/authorized_keys
chown -R deploy:deploy /home/deploy/.ssh
chmod -R go= /home/deploy/.ssh
ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
ssh-keygen -q -t rsa -b 2048 -N '' -f /etc/ssh/ssh_host_rsa_key
# Whoever may use the engine's socket on the machine may here.
group=$(stat -c %g /var/run/docker.sock)
getent group "$group" > /dev/null || groupadd --gid "$group" engine
usermod --append --groups "$(getent group "$group" | cut -d: -f1)" deploy
touch /run/prepared
